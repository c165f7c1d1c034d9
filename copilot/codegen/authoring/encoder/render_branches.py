"""Encoders of several parts side by side, as source: of the keys of a dict, of parts of a vector, or of the same images."""

from __future__ import annotations

from copilot.codegen.authoring.encoder.render_layers import Layers, Written, tail
from copilot.codegen.authoring.encoder.spec import Branch, Conv, Encoder
from copilot.codegen.authoring.layout import joined, literal_key, sequence
from copilot.core.errors import InvalidRequest


def names(plan: Encoder) -> list[str]:
    """Attributes of the branches: by their keys, or by their place."""
    return [branch.key if branch.key and branch.key.isidentifier() else f"part_{index + 1}"
            for index, branch in enumerate(plan.branches)]  # fmt: skip


def written(plan: Encoder) -> Written:
    """Source of an encoder with branches."""
    out = Written([], "", {}, set(), [])
    built = [_branch(plan, branch, name, out) for branch, name in zip(plan.branches, names(plan), strict=True)]
    if plan.combine == "film" and plan.every:
        layers = _film_each(plan, built, out)
    elif plan.combine == "film":
        layers = _film(plan, built, out)
    else:
        layers = _side_by_side(plan, built, out)
    for layer in plan.layers:
        layers.add(layer)
    made, out.value = tail(layers, plan, "joined")
    out.made += made
    out.classes |= layers.classes
    out.imports |= layers.imports
    return out


def _branch(plan: Encoder, branch: Branch, name: str, out: Written) -> Layers:
    """Lines of one branch, up to its last layer."""
    image = branch.observations == "image"
    part, shape = "x", "self.obs_shape"
    if branch.key is not None:
        part, shape = f"x[{literal_key(branch.key)}]", f"self.obs_shape[{literal_key(branch.key)}]"
        counted = f"count({{}}, {shape})" if image else f"count({{}}, ({name}_size,))"
        if not image:
            out.imports.add("from rllte.core.spaces import flat_size")
            out.made.append(f"        {name}_size = flat_size(observation_space[{literal_key(branch.key)}])")
            part += ".flatten(1)"
    elif branch.start or branch.stop is not None:
        stop = str(branch.stop) if branch.stop is not None else "self.flat_size()"
        size = f"{stop} - {branch.start}" if branch.start else stop
        counted = f"count({{}}, ({size},))"
        part = f"x[:, {branch.start or ''}:{'' if branch.stop is None else branch.stop}]".replace("[:, :", "[:, :")
    else:
        counted = f"count({{}}, {shape})" if image else "count({}, (self.flat_size(),))"
    layers = Layers(plan, image, shape=shape, counted=counted, name=f"{name}_before")
    layers.space += f"[{literal_key(branch.key)}]" if branch.key is not None else ""
    if not image:
        layers.known = counted.removeprefix("count({}, (").removesuffix(",))")
    for layer in branch.layers:
        layers.add(layer)
    if not (plan.combine == "film" and branch is plan.branches[0]):
        layers.flatten()
        layers.width()
    out.made += layers.written(f"self.{name}")
    out.before.append(f"        {name} = self.{name}({part})")
    out.classes |= layers.classes | {"count": COUNT}
    out.imports |= layers.imports
    return layers


def _side_by_side(plan: Encoder, built: list[Layers], out: Written) -> Layers:
    sizes = [layers.width() for layers in built]
    parts = names(plan)
    if plan.combine == "concat":
        out.before.append(f"        joined = th.cat([{', '.join(parts)}], dim=1)")
        size = " + ".join(sizes)
    else:
        if len(set(sizes)) > 1 and all(size.isdigit() for size in sizes):
            raise InvalidRequest(
                f"Branches of {joined(sizes)} features have no {plan.combine}.",
                hint="Let each end in a layer of the same size.",
            )
        sign = " + " if plan.combine == "sum" else " * "
        out.before.append(f"        joined = {sign.join(parts)}")
        size = sizes[0]
    layers = Layers(plan, False, counted="count({}, (" + size + ",))", name="before")
    if size.isdigit():
        layers.size = int(size)
    elif all(part.isdigit() for part in sizes):
        layers.size = sum(map(int, sizes))
    else:
        layers.known = size
    return layers


def _film_each(plan: Encoder, built: list[Layers], out: Written) -> Layers:
    """Scale and shift of the first branch's channels after each of its convolutions (arXiv 1709.07871)."""
    image, said = built[0], built[-1]
    films, last = names(plan)[0], names(plan)[-1]
    linear, channels = (
        image.weighed("nn.Linear"),
        [layer.channels for layer in plan.branches[0].layers if isinstance(layer, Conv)],
    )
    sizes = ", ".join(map(str, channels))
    out.made += [
        f"        self.starts = [i for i, layer in enumerate(self.{films}) if isinstance(layer, nn.Conv2d)]",
        f"        self.films = nn.ModuleList({linear}({said.width()}, 2 * size) for size in ({sizes},))",
    ]
    out.before = [line for line in out.before if not line.strip().startswith(f"{films} = ")]
    out.before += [
        f"        joined, films = x[{literal_key(plan.branches[0].key or '')}], iter(self.films)",
        f"        for index, layer in enumerate(self.{films}):",
        "            joined = layer(joined)",
        "            if index in self.starts:",
        f"                scale, shift = next(films)({last})[:, :, None, None].chunk(2, dim=1)",
        "                joined = joined * (1 + scale) + shift",
    ]
    layers = Layers(plan, True, counted=f"count({{}}, count_shape(self.{films}, {image.shape}))", name="before")
    out.classes["count"] = f"{COUNT}\n\n\n{COUNT_SHAPE}"
    layers.size, layers.known = image.size, image.known
    return layers


def _film(plan: Encoder, built: list[Layers], out: Written) -> Layers:
    """The first branch's channels, times 1 + scale, plus shift (arXiv 1709.07871)."""
    image, said = built[0], built[-1]
    if not image.pixels and image.form != "flat":
        raise InvalidRequest("FiLM scales the channels of images, or numbers.", hint="Say what it is to scale.")
    channels = image.width()
    films, last = names(plan)[0], names(plan)[-1]
    linear = image.weighed("nn.Linear")
    out.made += sequence("self.film", [f"{linear}({said.width()}, 2 * {channels})"])
    spread = "[:, :, None, None]" if image.pixels else ""
    out.before += [
        f"        scale, shift = self.film({last}).chunk(2, dim=1)",
        f"        joined = {films} * (1 + scale){spread} + shift{spread}",
    ]
    layers = Layers(plan, image.pixels, counted="count({}, count_shape(self.FIRST, SHAPE))", name="before")
    layers.counted = layers.counted.replace("self.FIRST", f"self.{films}").replace("SHAPE", image.shape)
    out.classes["count"] = f"{COUNT}\n\n\n{COUNT_SHAPE}"
    layers.size, layers.known = image.size, image.known
    return layers


COUNT = '''def count(layers: nn.Module, shape: tuple[int, ...]) -> int:
    """Number of scalars that layers put out for one input of a shape: a zero is run through them."""
    training = layers.training
    with th.no_grad():
        number = int(layers.eval()(th.zeros(1, *shape)).numel())
    layers.train(training)
    return number'''
COUNT_SHAPE = '''def count_shape(layers: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of what layers put out for one input of a shape."""
    training = layers.training
    with th.no_grad():
        found = tuple(layers.eval()(th.zeros(1, *shape)).shape[1:])
    layers.train(training)
    return found'''
