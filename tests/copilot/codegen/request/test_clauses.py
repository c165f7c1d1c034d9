"""Clauses end where items of a list end; denials cancel each other."""

from copilot.codegen.request.clauses import clause, denied, sentence


def test_items_of_a_list_and_sentences() -> None:
    text = "lr 5e-4, gamma 0.98 and tau 0.02; three steps. done"
    at = text.index("gamma")
    assert text[slice(*clause(text, at, at + 5))].strip() == "gamma 0.98"
    assert text[slice(*sentence(text, at, at + 5))].strip() == "lr 5e-4, gamma 0.98 and tau 0.02"


def test_denials() -> None:
    assert denied("the rewards are not clipped") and denied("奖励不裁剪") and denied("take the normalisation out")
    assert not denied("clip the rewards") and not denied("not without clipping") and not denied("无监督预训练")
