"""Tests of what a request says of a policy: widths, rates, deviations, heads, and what no gradient reaches."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Policy


def facts_of_policy(plan: Policy) -> list[str]:
    """Methods of the suite of an on-policy policy."""
    lines = _widths(plan) + _rates(plan) + _deviations(plan) + _values(plan)
    drop = plan.dropout if plan.critic_dropout is None else plan.critic_dropout
    if plan.dropout or drop:
        name = "critic" if drop else "actor"
        outputs = "get_value" if drop else "get_policy_outputs"
        return lines + method("dropout_is_there_while_training_alone", [
            "policy, obs = self.frozen(), observations(self.observation_space)",
            f"assert th.equal(policy.{outputs}(obs), policy.{outputs}(obs))", f"policy.{name}.train()",
            f"assert not th.equal(policy.{outputs}(obs), policy.{outputs}(obs))",
        ])  # fmt: skip
    if plan.detached:
        lines += method("no_gradient_of_the_critic_reaches_the_encoder", [
            "policy, obs = self.frozen(), observations(self.observation_space)", "policy.get_value(obs).sum().backward()",
            "assert all(p.grad is None or not bool(p.grad.any()) for p in policy.encoder.parameters())",
            "assert any(bool(p.grad.any()) for p in policy.critic.parameters() if p.grad is not None)",
        ])  # fmt: skip
    if plan.tasks:
        lines += method("each_task_has_heads_of_its_own", [
            "policy, obs = self.frozen(), observations(self.observation_space)", f"obs[:, -{plan.tasks}:] = 0.0",
            f"obs[:, -{plan.tasks}] = 1.0", "policy.get_value(obs).sum().backward()",
            "grads = [[p.grad for p in one.parameters()] for one in policy.critic.heads]",
            "assert any(bool(grad.any()) for grad in grads[0])",
            "assert not any(bool(grad.any()) for one in grads[1:] for grad in one)",
        ])  # fmt: skip
    if plan.boxes:
        lines += method("other_actions_are_refused", [
            "try:", "    type(self.make())(self.observation_space, gym.spaces.Discrete(3), FEATURES)", "except SpaceError:",
            "    return", 'raise AssertionError("labels were taken as actions")',
        ])  # fmt: skip
    return lines


def _widths(plan: Policy) -> list[str]:
    """Of plain layers: their sizes, and the activation of each head."""
    if plan.blocks != "layers" or plan.experts > 1 or plan.tasks:
        return []
    names = ["actor", "critic", *(["trunk"] if plan.trunk else [])]
    last = [*plan.critic, plan.bins or 1]
    lines = [
        "policy, widths = self.make(), {}", f"for name in ({', '.join(map(repr, names))}):",
        "    layers = getattr(policy, name).modules()",
        '    widths[name] = [layer.out_features for layer in layers if hasattr(layer, "out_features")]',
        f'assert widths["actor"][:-1] == {list(plan.actor)!r}',
        f'assert widths["critic"] == {last * plan.critics!r}',
        *([f'assert widths["trunk"] == {list(plan.trunk)!r}'] if plan.trunk else []),
    ]  # fmt: skip
    norm = plan.norm if plan.critic_norm is None else plan.critic_norm
    for name, has, sizes in (("actor", plan.norm, plan.actor), ("critic", norm, plan.critic)):
        if sizes and plan.norm != norm:
            some = "any" if has else "not any"
            lines.append(f"assert {some}(isinstance(layer, nn.LayerNorm) for layer in policy.{name}.modules())")
    return method("layers_have_these_widths", lines)


def _rates(plan: Policy) -> list[str]:
    if plan.actor_lr is None and plan.critic_lr is None:
        return []
    lines = ["policy = self.frozen()", 'groups = policy.optimizers["opt"].param_groups',
             'rates = {p: g["lr"] for g in groups for p in g["params"]}']  # fmt: skip
    for name, rate in (("actor", plan.actor_lr), ("critic", plan.critic_lr)):
        if rate is not None:
            lines.append(f"assert all(rates[p] == {rate!r} for p in policy.{name}.parameters())")
    return method("rates_are_their_own", lines)


def _deviations(plan: Policy) -> list[str]:
    frozen = "policy, obs = self.frozen(), observations(self.observation_space)"
    told = "stddev = policy.get_policy_outputs(obs).chunk(2, dim=-1)[1].detach()"
    if plan.deviates == "fixed":
        value = plan.deviation or 1.0
        return method("the_deviation_stays", [
            frozen, told, f"th.testing.assert_close(stddev, th.full_like(stddev, {value!r}))",
            'assert "log_std" not in dict(policy.named_parameters())',
        ])  # fmt: skip
    lines = []
    if plan.deviates == "state":
        lines += method("deviations_are_of_the_state", [
            frozen, "with th.no_grad():", "    for parameter in policy.actor.parameters():", "        parameter.mul_(30.0)",
            told, "assert not th.allclose(stddev[0], stddev[1])",
        ])  # fmt: skip
    if plan.log_low is not None and plan.log_high is not None:
        lines += method("log_deviations_are_within_their_bounds", [
            frozen, "for sign in (-1.0, 1.0):", "    with th.no_grad():", "        for parameter in policy.parameters():",
            "            parameter.copy_(sign * 50.0 * th.ones_like(parameter))", f"    {told}",
            f"    assert float(stddev.log().min()) >= {plan.log_low!r} - 1e-4",
            f"    assert float(stddev.log().max()) <= {plan.log_high!r} + 1e-4",
        ])  # fmt: skip
    if plan.squashed:
        lines += method("means_are_within_one", [
            frozen, "with th.no_grad():", "    for parameter in policy.actor.parameters():", "        parameter.mul_(100.0)",
            "assert float(policy.get_policy_outputs(obs).detach().chunk(2, dim=-1)[0].abs().max()) <= 1.0",
        ])  # fmt: skip
    if plan.deviation is not None and plan.deviates == "learned":
        lines += method("the_deviation_begins_here", [
            frozen, told, f"th.testing.assert_close(stddev, th.full_like(stddev, {plan.deviation!r}), atol=1e-4, rtol=1e-3)",
        ])  # fmt: skip
    return lines


def _values(plan: Policy) -> list[str]:
    """What several critics, or bins, say together."""
    if plan.bins:
        return method("values_are_within_the_bins", [
            "policy, obs = self.frozen(), observations(self.observation_space)", "values = policy.get_value(obs).detach()",
            f"assert float(values.min()) >= {plan.low!r} and float(values.max()) <= {plan.high!r}",
        ])  # fmt: skip
    if plan.critics > 1 and not plan.tasks and not plan.dropout and not plan.detached:
        how = {"mean": "mean(0)", "min": "amin(0)", "max": "amax(0)", "median": "median(0).values"}[plan.combined]
        return method("the_value_is_that_of_all_critics", [
            "policy, obs = self.frozen(), observations(self.observation_space)", "features = policy.features(obs)",
            "each = th.stack([critic(features).squeeze(-1) for critic in policy.critic.critics])",
            f"th.testing.assert_close(policy.get_value(obs), each.{how})",
            "assert not th.allclose(each[0], each[1])",
        ])  # fmt: skip
    return []
