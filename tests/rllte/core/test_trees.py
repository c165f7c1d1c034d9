import gymnasium as gym
import torch as th

from rllte.core.trees import leaves, space_leaves, to_device, tree_map


def test_a_tensor_and_a_dict_are_treated_alike() -> None:
    one, two = th.ones(2), {"a": th.ones(2), "b": th.zeros(3)}
    assert th.equal(tree_map(lambda x, y: x + y, one, one), th.full((2,), 2.0))
    assert th.equal(tree_map(lambda x, y: x + y, two, two)["a"], th.full((2,), 2.0))
    assert leaves(one)["observations"] is one
    assert leaves(two) == two
    assert to_device(two, th.device("cpu")).keys() == two.keys()


def test_a_dict_space_has_leaves_by_key() -> None:
    box = gym.spaces.Box(0, 1, (2,))
    assert space_leaves(gym.spaces.Dict({"a": box})) == {"a": box}
    assert space_leaves(box) is box
