"""What holds for an encoder as a whole, and what is not to be there."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.encoder import inputs as encoder_inputs
from copilot.codegen.authoring.encoder.units import Draft


def whole(ask: Ask, draft: Draft) -> None:
    """What holds for the encoder as a whole, and what is not to be there."""
    flags = draft.flags
    if ask.has(
        r"(?:without|no) (?:any |an? |the )?bias(?:es)?(?: terms?| vectors?)?(?: (?:in|on|for) (?:any|all|the|every)"
        r"(?: of the)? layers?)?|bias[- ](?:free|less)(?: layers?)?|bias ?= ?(?:false|no|0)|bias(?:es)? (?:off|disabled)|"
        r"(?:不(?:用|带|加|要|使用|需要)|没有|无|去掉|关掉)(?:任何)?(?:偏置|bias)(?:项)?"
    ):
        flags["bias"] = False
    if ask.has(
        r"(?:and |with |but )?(?:without|no|and nothing|nothing) (?:an? |any |final |last |output )*activation(?: function)?"
        r"(?: (?:at the (?:very )?end|on (?:the )?(?:output|features|last layer|top|it)|after (?:it|the (?:last|"
        r"linear|final)"
        r"(?: \w+)*)|there))?|(?:linear|unactivated) (?:outputs?|features)|(?:输出|最后)(?:层)?(?:不加|没有|无|"
        r"不用)激活(?:函数)?"
    ):
        draft.no_last = True
    if ask.has(r"(?:with )?no (?:final |last )?(?:linear|dense|fc|fully[- ]connected) layer(?: (?:at the end|"
               r"after(?:wards| it| that)?|on top))?|"
               r"without (?:a |the |any )?(?:final |last )?(?:linear|dense|fc) layer(?: at the end)?|不(?:要|加|"
               r"用)(?:最后的)?(?:线性|全连接)层"):  # fmt: skip
        draft.no_features = True
    ask.has(
        r"(?:without|no|not|never) (?:any |an? )?(?:(?:layer|batch|group|rms)[ -]?norm\w*|normali[sz]ation|dropout|"
        r"(?:max |average )?"
        r"pool\w*|(?:cls|class) tokens?|(?:residual|skip)(?: connections?| blocks?)?|padding)(?: layers?)?|autoencoder-free|"
        r"(?:不用|不要|没有|不加|去掉|无)(?:层归一化|批归一化|归一化|池化|残差(?:连接)?|dropout)"
    )
    _weights(ask, flags)
    if ask.has(r"(?:plus |and )?(?:a |one )?linear (?:skip|shortcut|path|branch)(?: connection)?(?: from (?:the "
               r")?inputs? (?:straight )?"
               r"to (?:the )?(?:outputs?|features?))?|skip connection from (?:the )?inputs? (?:straight )?to (?:the "
               r")?(?:outputs?|"
               r"features?)|从输入直接到输出的?(?:线性)?(?:跳跃?连接|支路)"):  # fmt: skip
        flags["shortcut"] = True
    if ask.has(r"(?:then )?(?:l2[- ]norm\w*|unit[- ](?:length|norm)|normali[sz]ed? (?:to|onto)(?: the)? unit "
               r"(?:length|norm|sphere))(?: (?:features|"
               r"output))?|(?:onto the )?unit (?:hyper)?sphere|l2 ?归一化|单位(?:长度|球)"):  # fmt: skip
        flags["unit_length"] = True
    _connections(ask, flags)
    encoder_inputs.observed(ask, draft)


def _connections(ask: Ask, flags: dict[str, object]) -> None:
    """Dense connections told in words, and words that say nothing more than what is read elsewhere."""
    if ask.has(
        r"(?:where |with |so that )?the (?:raw )?(?:inputs?|states?|observations?)(?: is| are)? (?:concatenated|"
        r"appended|fed|joined|added by concatenation)"
        r"(?: again)? (?:to|with|into|at) [\w ]*?(?:every|each|all)[\w ]*?layers?(?: (?:except|but)(?: for)? the "
        r"first(?: one)?)?"
    ):
        flags["_dense"] = "input"
    if ask.has(
        r"(?:where |with )?(?:each|every) layer (?:sees|takes|gets|receives) (?:the )?(?:outputs|features) "
        r"of (?:all|every) (?:earlier|previous|preceding)(?: ones| layers?)?"
    ):
        flags["_dense"] = "all"
    ask.has(
        r"(?<!\d)(?<!to )(?<!size )(?<!到)(?:[2-9]\d|\d{3,})\s*[x×]\s*\d{2,}(?:\s*[x×]\s*\d+)?(?!\d)(?:的)?(?: "
        r"(?:images?|pixels?|frames?|"
        r"inputs?))?|\bobs(?:ervations?)?\s*:"
    )
    if ask.says(r"soft-?(?:arg)?max"):
        told = ask.first(r"so (?P<n>\d+) numbers out|(?:这样)?一共\s*(?P<m>\d+)\s*维")
        if told:
            flags["stated"] = [float(told["n"] or told["m"])]
        ask.has(
            r"(?:front[- ]end )?(?:like |as in |from )?levine(?:/finn)?(?: et al\.?)?(?: deep visuomotor\w*)?|deep "
            r"visuomotor\w*|(?:then )?softmax over (?:each|every) (?:map|channel)"
            r"(?:\s*(?:->|to|giv\w+)\s*expected x\s*,?\s*(?:and )?y)?|so \d+ numbers out|all in \[-1,\s*1\]|"
            r"temperature 1(?:\.0)? ?(?:fixed)?|bytes must be scaled|"
            r"不要展平|而是输出(?:每个通道的)?期望坐标(?:\s*\(x, ?y\))?|输出每个通道的期望坐标(?:\s*\(x, ?y\))?|"
            r"坐标范围是\s*\[-1,\s*1\]|这样一共\s*\d+\s*维"
        )
    if ask.says(r"experts?|\bmoe\b"):
        ask.has(
            r"softmax(?: gat\w+)?(?: (?:of|on|over) the (?:inputs?|features))?|gat(?:e|ed|ing)(?: network)?|"
            r"weighted (?:sum|mean|average)"
        )
    ask.has(r"\b(?:little|tiny|small|lightweight)\b(?=.*\d)|(?<!大)小型?(?=.*\d)|经过|\ba list\b(?= of \d)")
    ask.has(r"^(?:no|oh|hm+),? wait,?|(?<=layers) not (?:one|two|three|four|five|six|\d)\b(?! \w+ layers)")


def _weights(ask: Ask, flags: dict[str, object]) -> None:
    spectral = ask.first(
        r"spectral(?:ly)?[ -]norm\w*(?P<w>(?: \w+)*? (?:on|of|in|for)(?: only)?(?: the)? (?P<l>last|final|every|"
        r"each|all)[\w -]*?layers?)?|谱归一化"
    )
    if spectral:
        alone = ask.first(
            r"only (?:on |of |in )?the (?:last|final) (?:linear )?layer(?: is (?:normali[sz]ed|"
            r"spectral\w*))?|仅最后一层"
        )
        flags["spectral_last" if alone or spectral["l"] in {"last", "final"} else "spectral"] = True
    if ask.has(
        r"weight[ -]norm(?:ali[sz]ation)?(?: (?:on|of|in|for) (?:every|each|all)(?: the)?(?: \w+)? layers?)?|权重归一化"
    ):
        flags["weight_norm"] = True
    init = ask.first(
        r"(?P<k>orthogonal(?:ly)?|xavier|glorot|kaiming|he)[ -]?(?:uniform )?(?:init\w*|weights)(?: (?:mlp|"
        r"weights))?|正交初始化"
    )
    if init:
        name = init["k"] or "orthogonal"
        flags["init"] = {"o": "orthogonal", "x": "xavier", "g": "xavier", "k": "kaiming", "h": "kaiming"}[name[0]]
        gain = ask.first(
            r"gains?(?: of)?\s*(?:=\s*)?(?P<q>sqrt\(?\s*2\)?|√2|(?P<n>\d*\.?\d+))|增益(?:为)?\s*(?P<m>√2|"
            r"\d*\.?\d+)"
        )
        if gain:
            told = gain["n"] or gain["m"]
            flags["gain"] = 2**0.5 if not told or told == "√2" else float(told)
    frozen = ask.first(
        r"(?:frozen|fixed)(?: random(?:ly initiali[sz]ed)?)? (?:conv\w*|cnn)(?: (?:features|layers|weights))?|"
        r"(?:frozen|fixed) "
        r"random (?:network|encoder|weights|features)|whose (?:weights|convolutions) (?:never (?:learn|train|"
        r"change)|stay fixed)|"
        r"冻结(?:的)?(?P<z>卷积)?"
    )
    if frozen:
        convolutions = re.search(r"conv|cnn|卷积", frozen[0]) or ask.says(
            r"trainable linear|only the (?:linear|"
            r"last)[\w ]*(?:learns|is trained)"
        )
        flags["frozen"] = "convolutions" if convolutions else "all"
        ask.has(r"whose weights never (?:train|learn|change)|frozen|trainable|random")
