"""Slips of the finger in the words of the trade: "trian an agnet for 100k stpes" is read as it was meant, and noted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_WORDS = (
    "train training trained agent agents environment environments steps timesteps frames episodes updates learning entropy "
    "coefficient prioritised prioritized replay buffer storage noise gaussian observation observations normalise normalised "
    "normalisation normalize normalized normalization reward rewards version hardcore continuous better which compare "
    "comparison compared curiosity exploration weight weights seeds batch batches minibatch epochs discount factor "
    "augmentation augmentations encoder encoders parallel evaluate evaluation random network networks hidden features "
    "feature dimension latent policy critic actor target temperature schedule annealed annealing decay linear linearly "
    "gradient clipping rollout rollouts horizon interval checkpoint intrinsic bonus disagreement distillation "
    "pretrain pretraining fine-tune tuning please without instead against between collector neighbours neighbors "
    "million thousand hundred double baseline performance experiment settings default parameters algorithm "
    "residual convolution perceptron orthogonal initialise initialize initialisation initialization recurrent "
    "distribution categorical length size range stack stacked hidden neurons units layers coeff "
    "probability padding cutout rotation translation jitter amplitude "
    "hindsight transitions transition ensemble proportion samples frozen constant clipped smoothing polyak warmup "
    "iterations iteration trajectories observable slippery hardcore pixels images repeat averaged average "
    "lifelong episodic embedding embeddings predictor kernel similarity inverse auxiliary divergence advantage truncated "
    "xavier uniform capacity decoupled truncated squashed montezuma mountain pendulum cheetah walker humanoid "
    "lander breakout invaders freeway seaquest asteroids enduro pacman frostbite gravitar zaxxon acrobot cartpole "
    "swimmer quadruped frogger centipede berzerk blackjack bipedal kangaroo minigrid mujoco "
    "normalising normalizing relabelled neighbour neighbor learner learners reproducibility gpu minibatches"
)
_TARGETS = frozenset(_WORDS.split())
_OWN_WORDS = (
    "ever form trail bath leaning raining nose with were where there their then than these those here hear heat "
    "head note state states mode model models loose lose loss worth word world speed speeds sees seed need needs "
    "feed rate rates gather father rather other others actor factor batch patch match watch notch stack slack track "
    "trick clip flip slip weigh eight height heights freight light night right write while white witch switch pitch "
    "target charge large stop stops step ships chips tips trips pole poles role roles rule rules rely reply replays "
    "relay delay delays corrector collect connect correct direct detect decay decays delta linear liner lines "
    "trained trains trainer trial agents agency argent urgent episode epoch update updated random ransom tandem "
    "entire entries entropy center discover discrete discreet concrete features creature future futures creatures "
    "normal normals formal format parallel policies police polity critics critical actors acts acting bonuses minus "
    "bogus default defaults layer layers latest later latents neighbor neighbour harbour observe observes observed "
    "preserve reserve reward rewarded forward toward award awards regard regards version versions aversion "
    "conversion vision mission session internal trailing contiguous encode encodes truncate truncates weighs normalizer "
    "normaliser hardcode perception clapping rang sack squash squashes prioritize prioritizes prioritise bach dismount "
    "relabeled relabel decouple decouples finetune finetuned coef encoded learned sampled initializer sampler samplers "
    "scheduler schedulers updater updaters minimatch"
)
_KNOWN = frozenset(_OWN_WORDS.split())
_SNAKE = re.compile(r"(?<![\w./-])[a-z]+(?:_[a-z]+)+(?![\w./-])")
_WORD = re.compile(r"(?<![A-Za-z0-9_./=@'’-])[A-Za-z]?[a-z]{3,}(?![A-Za-z0-9_/=@'’]|\.\w|-\w)")


def corrected(text: str, names: Iterable[str] = ()) -> tuple[str, list[str]]:
    """The text with such words as they were meant, and a sentence on them if there are any.

    Args:
        text: in the user's words.
        names: of settings, that are written with underscores: "num_gaols" is one of them, too.
    """
    found: dict[str, str] = {}
    known = frozenset(name for name in names if "_" in name)

    def named(match: re.Match[str]) -> str:
        word = match[0]
        close = (
            {name for name in known if name[0] == word[0] and _slip(word, name)} if word not in known else set[str]()
        )
        if len(close) != 1:
            return word
        found[word] = close.pop()
        return found[word]

    def right(match: re.Match[str]) -> str:
        meant = _meant(match[0].lower())
        if meant is None:
            return match[0]
        found[match[0]] = meant
        return meant

    made = _WORD.sub(right, _SNAKE.sub(named, text) if known else text)
    listed = ", ".join(f"{wrong!r} as {meant!r}" for wrong, meant in found.items())
    return made, [f"Read {listed}."] if found else []


@cache
def _meant(word: str) -> str | None:
    """The word of the trade of which this one is a slip; None if it is a word of its own, or may be of two."""
    if (
        word in _TARGETS
        or word in _KNOWN
        or any(word == f"{known}{end}" for known in _TARGETS for end in ("s", "ed", "d"))
    ):
        return None
    close = {known for known in _TARGETS if known[0] == word[0] and _slip(word, known)}
    if len(close) == 1:
        return close.pop()
    single = _meant(word[:-1]) if word.endswith("s") and len(word) > 5 and not close else None
    return f"{single}s" if single and not single.endswith("s") else None  # "epohcs"


def _slip(word: str, known: str) -> bool:
    """Two letters changed places, one is missing, one stands twice or once, or, of a long word, one is another."""
    if len(word) == len(known):
        odd = [i for i, (a, b) in enumerate(zip(word, known, strict=True)) if a != b]
        swapped = (
            len(odd) == 2 and odd[1] == odd[0] + 1 and word[odd[0]] == known[odd[1]] and word[odd[1]] == known[odd[0]]
        )
        return (swapped and len(word) >= 4) or (len(odd) == 1 and len(word) >= 7)
    if known[:-1] == word and known[-1] in "sdr":
        return False
    if len(word) == len(known) - 1:
        return any(known[:i] + known[i + 1 :] == word for i in range(len(known))) and len(known) >= 5
    if len(word) == len(known) + 1:
        double = any(word[i] == word[i - 1] and word[:i] + word[i + 1 :] == known for i in range(1, len(word)))
        return double or (len(known) >= 7 and any(word[:i] + word[i + 1 :] == known for i in range(1, len(word))))
    return False
