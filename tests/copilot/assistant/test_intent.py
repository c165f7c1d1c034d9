"""What lines of a conversation are, on many phrasings; in doubt a question."""

from __future__ import annotations

import pytest

from copilot.assistant.intent import NO_RUN, NO_SCRIPT, understand

EDITS = """use 16 environments
Use 16 environments instead.
please use 16 envs
can you use 16 environments?
could you please add RND?
add RND
add an RND bonus
also add ICM
now with ICM
with RND instead
without the bonus
remove the bonus
remove RND
drop the intrinsic reward
switch to SAC
switch to A2C instead
change the environment to Pendulum-v1
use CartPole-v1 instead
set the learning rate to 1e-4
set gamma to 0.999
lr 3e-4
gamma = 0.99
num_envs=16
5 seeds
seeds 1-5
over 5 seeds
use seeds 3, 4 and 9
train for 1M steps instead
train it for 200k steps
train longer
run it for 50k steps
half as many environments
double the batch size
halve the learning rate
increase n_epochs to 10
lower the entropy coefficient to 0.001
make the batch size 256
make it 16 environments
normalize the observations
normalise rewards too
turn off learning rate annealing
anneal the learning rate
use the gpu
run on cuda
use an LSTM
compare it with A2C
compare with and without RND
the same with A2C
now the same but with 4 environments
evaluate every 10000 steps
let's use 8 environments
I'd like to use 32 environments
I want you to add RND
ok, now add RND
fewer environments: 4
pre-train with RND for 20k steps
改成 16 个环境
用 16 个环境
用 16 个环境训练
再加上 ICM
加上 RND
请加上 RND
加 RND 奖励
去掉 RND
去掉内在奖励
换成 SAC
把学习率改成 1e-4
把环境数改为 4
学习率设为 0.001
学习率 3e-4
训练 100 万步
改用 5 个种子
5 个种子
和 A2C 比较一下
能不能帮我加上 RND？
批大小翻倍""".splitlines()

NEW = """train PPO on CartPole-v1
Train SAC on Pendulum for 100k steps, seed 3
please train DQN on CartPole
can you train PPO on LunarLander-v3 with 8 environments?
write a script that trains PPO on CartPole-v1
write me a training script for A2C on Acrobot
generate a script for PPO on MountainCar with RND
create an experiment with PPO and RND on DoorKey
make me a script for SAC on Pendulum-v1
I want to train PPO on CartPole-v1
I need a script for PPO on Pendulum-v1
compare PPO and A2C on CartPole-v1 over 3 seeds
use PPO on CartPole-v1 with 8 environments
write an encoder with three convolutional layers
create a new intrinsic reward based on prediction errors
implement my own augmentation that cuts out a box
new script: PPO on CartPole-v1
训练 PPO 玩 CartPole-v1，8 个环境
用 SAC 训练 Pendulum-v1
帮我写一个训练脚本，用 PPO 玩 CartPole
写一个用 PPO 训练 CartPole-v1 的脚本
比较 PPO 和 A2C 在 CartPole-v1 上的表现
在 CartPole-v1 上用 PPO 训练 5 万步
写一个新的编码器，三层卷积""".splitlines()

QUESTIONS = """What is GAE?
How do I train PPO on CartPole?
how do I add RND to PPO?
Can I use 16 environments?
can PPO learn from pixels?
should I add RND?
what if I use 16 environments?
does SAC support discrete actions?
Why does PPO need many environments?
why does the reward stay flat when rewards are sparse?
why is entropy important in PPO?
what is explained variance?
what does clip_fraction mean?
what is the default learning rate of PPO?
how long does PPO take on CartPole usually?
How is the reward computed in ICM?
how do I plot the learning curve?
how do I resume the last run?
is PPO better than A2C?
which intrinsic reward should I use?
explain GAE
explain how RND works
describe the sandbox
tell me about RND
list all agents
difference between PPO and A2C
use simpler words
make it shorter
explain it in more detail
shorter please
thanks
thank you
hello
great
RND
PPO
PPO with RND
ICM and RND
intrinsic rewards
I use 16 environments and training is slow
I added RND but nothing changed
the reward is flat
my agent does not learn
the learning rate
show me how to train PPO on CartPole
show me the arguments of PPO
give me an example of RND
write a poem
make a table of the defaults
PPO 的默认学习率是多少？
什么是 GAE？
如何训练 PPO？
怎么加上 RND？
可以用 16 个环境吗？
PPO 和 A2C 有什么区别？
为什么 PPO 需要很多环境？
解释一下 GAE
训练 PPO 需要多少步？
为什么稀疏奖励下奖励不涨？
奖励归一化是什么意思？
RND 适合 CartPole 吗
介绍一下 RND""".splitlines()

ABOUT_RUN = """how did it go?
How did the training go?
how was the last run?
so how did it do?
how did my agent do?
what was the final reward?
What's the final reward?
what is the best reward?
what was the best evaluation?
final reward?
did it learn?
did the agent learn anything?
has it converged?
is the reward still rising?
did training converge?
was it stable?
why is the reward flat?
why is the reward so low?
why did the reward drop at the end?
why is it not learning?
why isn't the reward improving?
why didn't it learn?
Why is the entropy so low?
why does the reward stay flat?
why did the reward fall?
how long did it take?
how fast was it?
how many steps did it train?
how much memory did it use?
what was the entropy at the end?
what is the explained variance?
what was the kl divergence?
when was the best reward reached?
at which step was the reward highest?
show me the results
summarize the last run
tell me about the last run
what was the entropy in the last run?
in the last run, when did the reward peak?
how does the learning curve look?
训练怎么样了
训练怎么样了？
结果如何？
这次训练的结果怎么样
最终奖励是多少？
最后的奖励是多少
最好的奖励是多少？
奖励为什么不涨？
为什么奖励这么低？
为什么不涨的奖励不算：上次训练的奖励是多少？
收敛了吗？
学会了吗
跑了多久？
训练了多少步？
上次训练的熵是多少？
总结一下这次训练""".splitlines()

WHY_FAILED = """why did it fail?
Why did it crash?
why did the run fail?
why did training stop?
why did my script fail
why does it not work?
why didn't it work?
what went wrong?
what went wrong with the run?
what happened?
what is the error?
what does the error mean?
explain the error
explain this traceback
为什么失败了？
为什么报错
它为什么崩溃了？
训练为什么失败了？
怎么报错了？
出了什么问题？
哪里出错了
怎么回事？""".splitlines()

TRACEBACKS = [
    'Traceback (most recent call last):\n  File "train.py", line 5, in <module>\n    main()\nValueError: lr is -3',
    "ValueError: Expected parameter logits (Tensor of shape (8, 2)) to satisfy the constraint",
    "I get RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x3 and 4x64)",
    "运行时报错：\nRuntimeError: CUDA out of memory",
    'File "train.py", line 5, in <module> main() KeyError: "CartPole-v9" 怎么办？',
    "[sandbox] ended: the memory limit (--memory-limit)",
]


def kind(line: str, *, has_plan: bool = True, has_run: bool = True) -> str:
    return understand(line, has_plan=has_plan, has_run=has_run).kind


@pytest.mark.parametrize("line", EDITS)
def test_changes_of_the_last_script(line: str) -> None:
    assert kind(line) == "edit"
    assert kind(line, has_run=False) == "edit"
    without = understand(line, has_plan=False, has_run=False)
    assert without.kind in {"answer", "generate"}


@pytest.mark.parametrize("line", NEW)
def test_new_scripts(line: str) -> None:
    assert kind(line) == "generate"
    assert kind(line, has_plan=False, has_run=False) == "generate"


@pytest.mark.parametrize("line", QUESTIONS)
def test_questions(line: str) -> None:
    assert [kind(line, has_plan=plan, has_run=run) for plan in (True, False) for run in (True, False)] == ["answer"] * 4


@pytest.mark.parametrize("line", ABOUT_RUN)
def test_questions_about_the_last_run(line: str) -> None:
    assert kind(line) == "run"
    without = understand(line, has_plan=True, has_run=False)
    assert (without.kind, without.doubt) == ("answer", NO_RUN)


@pytest.mark.parametrize("line", WHY_FAILED)
def test_questions_why_it_failed(line: str) -> None:
    assert kind(line) == "why"
    assert kind(line, has_run=False) == "answer"


@pytest.mark.parametrize("line", TRACEBACKS)
def test_tracebacks(line: str) -> None:
    assert kind(line) == "traceback"
    assert kind(line, has_plan=False, has_run=False) == "traceback"


@pytest.mark.parametrize("line", ["undo", "Undo that.", "take it back", "go back", "撤销", "撤销刚才的修改", "改回去"])
def test_going_back(line: str) -> None:
    assert kind(line) == "undo"
    assert understand(line, has_plan=False, has_run=True).doubt == NO_SCRIPT


@pytest.mark.parametrize("line", ["run it", "start training", "train it", "run the script", "运行一下", "开始训练"])
def test_starting_is_told_not_done(line: str) -> None:
    assert kind(line) == "start"


@pytest.mark.parametrize("line", ["which experiment should I run next?", "what next?", "接下来跑什么实验？"])
def test_what_to_run_next(line: str) -> None:
    assert [kind(line, has_plan=plan, has_run=plan) for plan in (True, False)] == ["suggest"] * 2


@pytest.mark.parametrize(
    ("line", "expected", "text"),
    [
        ("/suggest explore more", "suggest", "explore more"),
        ("/ask use 16 environments", "answer", "use 16 environments"),
        ("/generate  what is PPO?", "generate", "what is PPO?"),
        ("/edit How many environments? 16", "edit", "How many environments? 16"),
        ("/why", "why", ""),
        ("/why is it flat?", "why", "is it flat?"),
        ("/undo", "undo", ""),
        ("/edit\nuse 16\nenvironments", "edit", "use 16\nenvironments"),
    ],
)
def test_commands_force(line: str, expected: str, text: str) -> None:
    found = understand(line, has_plan=False, has_run=False)
    assert (found.kind, found.text, found.forced) == (expected, text, True)


def test_no_other_command_is_taken_for_one() -> None:
    assert understand("/editor is a path", has_plan=True, has_run=True).kind == "answer"


def test_what_is_missing_is_said() -> None:
    assert understand("add RND", has_plan=False, has_run=False).doubt == NO_SCRIPT
    assert "/generate" in understand("PPO on CartPole-v1", has_plan=False, has_run=False).doubt
    assert understand("What is GAE?", has_plan=True, has_run=True).doubt == ""


@pytest.mark.parametrize(
    "line", ["", "   ", "?", "。", "/", "\x00", "a" * 5000, "add RND " * 200, "```python\nadd RND\n```"]
)
def test_odd_lines_are_questions(line: str) -> None:
    assert kind(line) == "answer"
