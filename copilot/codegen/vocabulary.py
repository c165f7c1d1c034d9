"""Words of the trade that no catalogue holds: other libraries' algorithms, spoken names of settings, filler words."""

from __future__ import annotations

import re

from copilot.codegen.tables import table

_ALGORITHMS = (
    "A3C ACER ACKTR APPO ARS AWAC BC BCQ C51 CEM CMA-ES COMA CQL D4PG DAAC DDPG DDQN DQN DrAC DrDAAC DrQ "
    "DrQ-v2 DrQv2 Dreamer DreamerV2 DreamerV3 GAIL GRPO IMPALA IQL IQN MADDPG MAPPO MBPO MuZero NPWD PPG "
    "PPO2 Q-learning QMIX QR-DQN QRDQN R2D2 REDQ REINFORCE RecurrentPPO SAC SAC-Discrete SACDiscrete SARSA TD3 "
    "TQC TRPO VPG Rainbow Agent57 AlphaZero AlphaGo BBF BEAR CURL CrossQ DroQ EDAC EfficientZero MPO V-MPO PETS PlaNet RAD "
    "RLPD SLAC SPR SUNRISE TD-MPC TD-MPC2 TD3+BC TD3BC AWR MAML QPLEX VDN IPPO HAPPO Decision-Transformer "
    "NoisyNet FQF MDQN DSAC MASAC MATD3 NAF PPO-Lagrangian PPO-Penalty CPO TRPO-Lagrangian NFQ DRQN NEC MFEC UNREAL "
    "A2C+SIL SIL HIRO HAC Soft-Q-learning DDPGfD DQfD BDPI POP3D PCL Trust-PCL STEVE MVE SVG SQL REM LSPI PILCO "
    "Dueling-DQN Noisy-DQN Distributional-DQN Categorical-DQN Bootstrapped-DQN Recurrent-DQN NGU-DQN Ape-X ApeX SEED "
    "XQL DPO CISPO DAPO RLOO ReMax V-trace Retrace IQ-Learn AIRL NES ES PBT ERE"
)
ALGORITHMS = frozenset(_ALGORITHMS.split())
"""Agents that users ask for by name; those that the catalogue holds are found there first."""

_COMPONENTS = (
    "Disagreement E3B GIRM GRU ICM ImpalaCNN LSTM NGU NatureCNN NatureCnn OrnsteinUhlenbeck PER "
    "PseudoCounts RE3 REVD RIDE RISE RND ReplayBuffer ResNet-18 ResNet-50 Transformer GTrXL ViT Mamba "
    "MixUp CutMix RandAugment AutoAugment AugMix EfficientNet MobileNet VGG CLIP DINO R3M MVP gSDE GroupNorm "
    "PointNet U-Net UNet DenseNet ConvNeXt Swin Perceiver MLP-Mixer S4"
)
BONUSES = frozenset(
    [
        "VIME",
        "NovelD",
        "BeBold",
        "AGAC",
        "DIAYN",
        "APT",
        "CIC",
        "Go-Explore",
        "BYOL-Explore",
        "Plan2Explore",
        "ProtoRL",
        "SMM",
        "LBS",
        "RECODE",
        "EMI",
        "DADS",
        "APS",
        "AMIGo",
        "L-Explore",
        "RLE",
        "SimHash",
        "DORA",
        "EX2",
        "MAX",
        "VALOR",
        "VIC",
        "CURIOUS",
        "NovelGrid",
    ]
)
"""Intrinsic rewards that users ask for by name and the library lacks."""
COMPONENTS = frozenset(_COMPONENTS.split()) | BONUSES
"""Modules that users ask for by name."""

ALSO_WORDS = frozenset(
    {
        "HER",
        "PER",
        "RISE",
        "RIDE",
        "ARS",
        "REINFORCE",
        "Dreamer",
        "Transformer",
        "Disagreement",
        "Fabric",
        "CURL",
        "PETS",
        "RAD",
        "SLAC",
        "BEAR",
    }
    | {
        "PlaNet",
        "SUNRISE",
        "APT",
        "CIC",
        "ViT",
        "Mamba",
        "MPO",
        "SPR",
        "MAML",
        "AWR",
        "VDN",
        "CEM",
        "UNREAL",
        "SEED",
        "ES",
    }
    | {
        "REM",
        "MAX",
        "CLIP",
        "DINO",
        "SIL",
        "NES",
        "PCL",
        "SQL",
        "SVG",
        "STEVE",
        "VIC",
        "CURIOUS",
        "MVP",
        "RLE",
        "EMI",
        "APS",
    }
    | {
        "NAF",
        "PBT",
        "ERE",
        "HAC",
        "MVE",
        "BC",
        "DORA",
        "VALOR",
        "LBS",
        "SMM",
        "Swin",
        "S4",
        "NEC",
        "ReMax",
        "CPO",
        "DPO",
    }
    | {"Rainbow", "Retrace", "Perceiver", "MixUp"} - {"Rainbow", "MixUp"}
)
"""Those that are also common words: they are meant only when spelt exactly so."""

SOFT_WORDS = frozenset({"Disagreement"})
"""Of these those that in small letters are meant beside their primitive or after "with"."""

AMBIGUOUS = {"gaussian noise": ("NormalNoise", "GaussianNoise"), "高斯噪声": ("NormalNoise", "GaussianNoise")}
"""Names of two components: one for agents that explore by noise, one for agents that augment."""

COMPONENT_LIKE = re.compile(
    r"(?<![A-Za-z0-9_])[A-Z]\w*"
    r"(?:Encoder|CNN|Cnn|Policy|Critic|Storage|Buffer|Noise|Distribution|Augmentation|Reward)(?![A-Za-z0-9_])",
    re.ASCII,
)

NEEDS_PRIMITIVE = frozenset(
    {"normal", "identity", "none", "gray", "crop", "flip", "shift", "rotate", "rotation", "translate", "bernoulli"}
    | {
        "rotating",
        "rotated",
        "flipping",
        "mirroring",
        "cropping",
        "crops",
        "shifting",
        "shifts",
        "translating",
        "greying",
    }
    | {"grey", "翻转", "裁剪", "移位", "平移"}
)
"""Aliases that are common words too: they name a component only beside their primitive ("normal distribution")."""

PRIMITIVE_WORDS = {
    "encoder": ("encoder", "编码器", "network", "网络"),
    "policy": ("policy", "策略"),
    "storage": ("storage", "buffer", "存储"),
    "distribution": (
        "distribution",
        "(?:action |exploration )?noise",
        "exploration(?! (?:steps|phase|rate))",
        "process",
        "分布",
        "噪声",
        "过程",
    ),
    "augmentation": ("augmentations?", r"(?=\s*pad)", "的?数据增强", "的?增强"),
    "reward": (
        "(?:intrinsic )?rewards?",
        "(?:exploration |intrinsic )?bonus(?:es)?",
        "的?内在奖励",
        "的?奖励",
        "module",
    ),
}

_TAU = (
    "soft update coefficient; soft update rate; soft update factor; soft update; target smoothing coefficient; "
    "target smoothing; polyak coefficient; polyak factor; polyak; 软更新系数; 软更新率; 软更新参数; 软更新"
)
_SPOKEN = {
    "num_train_steps": (
        "steps; timesteps; time steps; training steps; train steps; total timesteps; total steps; env steps; "
        "environment steps; environment interactions; interactions; frames; 训练步数; 总步数; 步数; 步; 帧; 时间步; "
        "n steps total; num timesteps; step budget"
    ),
    "num_envs": (
        "environments; envs; parallel environments; parallel envs; vectorized environments; env; "
        "vectorised environments; environment copies; copies; workers; 个环境; 个并行环境; 并行环境; 环境数; "
        "环境数量; 环境数目; number of environments; number of envs; n envs; parallel copies; "
        "environments in parallel"
    ),
    "seed": "seed; random seed; 随机种子; 种子; 随机数种子",
    "lr": "lr; step size; learnrate; learn rate; learningrate; 学习速率",
    "discount": "γ; discount rate; discounting; 折扣因子; 折扣率; 折扣",
    "batch_size": (
        "batch size; minibatch; mini batch size; minibatches of; batches of; batch; 批量大小; 批大小; 批次大小; "
        "小批量大小"
    ),
    "n_epochs": (
        "update epochs; noptepochs; passes; optimization epochs; epoch; 个 epoch; 轮更新; 更新轮数; 训练轮数; 轮数; 轮"
    ),
    "clip_range": "clipping; clip ratio; clip epsilon; clipping range; 裁剪范围; 裁剪系数; 截断范围",
    "clip_range_vf": "value clip range; value clip; value function clip range; value clipping; 价值裁剪",
    "ent_coef": "ent; entropy coef; entropy weight; entropy bonus; entropy; 熵系数; 熵权重; 熵奖励",
    "vf_coef": "value coef; vf; value loss coefficient; value function coefficient; vf coefficient; 价值损失系数; 价值系数",
    "max_grad_norm": "gradient norm; gradient clipping; grad clip; max gradient norm; grad norm; 梯度裁剪; 最大梯度范数",
    "gae_lambda": "gae; lam; λ; gae λ; gae parameter",
    "num_steps": (
        "n steps; n-step; unroll; rollout steps; rollout; rollouts of; horizon; steps per rollout; steps per update; "
        "steps per env; step returns; steps per environment; steps in each; step rollouts; 步采样; "
        "每次更新步数; 采样步数; 展开长度; rollout 长度; n 步; 每次采样; 步 rollout"
    ),
    "hidden_dim": (
        "hidden units; hid; hidden width; hidden layer size; hidden layers of; hidden neurons; 隐藏层大小; 隐藏层维度; "
        "隐藏维度; 隐藏单元; 个隐藏单元"
    ),
    "feature_dim": "feature size; features; feature dimension; feature dimensions; 特征维度; 特征维数; 维特征",
    "eps": "epsilon; adam epsilon; adam eps",
    "init_fn": "initialisation; initialization; init; initializer; 初始化",
    "pretraining": "pre-training; pre-train; 预训练",
    "storage_size": (
        "storage size; buffer size; replay buffer size; replay size; replay buffer of size; replay buffer of; "
        "buffer of size; buffer of; buffer capacity; replay capacity; replay memory size; 缓冲区大小; 缓冲区容量; "
        "缓存大小; 回放池大小; 经验池大小; 经验池容量; 回放缓冲区大小; 经验回放池大小"
    ),
    "num_init_steps": (
        "random steps; warm-up steps; warmup steps; initial random steps; exploration steps; initial steps; "
        "learning starts after; learning starts at; 预热步数; 随机步数; 初始步数; 初始随机步数"
    ),
    "n_step": "step returns; step return; n-step returns; multi-step returns; step replay; n-step return; 步回报; n步回报",
    "tau": f"τ; {_TAU}",
    "critic_target_tau": f"τ; {_TAU}",
    "update_every_steps": "update every; learn every; train every; 更新间隔",
    "target_update_freq": (
        "target update interval; target update frequency; target network update interval; update target every; "
        "update the target every; update target network every; update the target network every; 目标网络更新间隔; "
        "目标更新间隔; 目标网络每; 目标网络每隔"
    ),
    "normalize_obs": (
        "observation normalisation; normalise observations; normalize observations; normalised observations; "
        "normalized observations; normalise the observations; normalize the observations; normalising observations; "
        "normalizing observations; state normalisation; state normalization; obs normalization; obs normalisation; "
        "normalise obs; normalize obs; "
        "观测归一化; 观察归一化; 状态归一化; 归一化观测; 观测标准化; 状态标准化"
    ),
    "normalize_reward": (
        "reward normalisation; normalise rewards; normalize rewards; normalised rewards; normalized rewards; "
        "normalise the rewards; normalize the rewards; normalising rewards; normalizing rewards; normalise reward; "
        "normalize reward; reward scaling; 奖励归一化; 回报归一化; 归一化奖励; 奖励标准化"
    ),
    "anneal_lr": (
        "annealed linearly; linearly annealed; annealed; "
        "anneal the learning rate; annealed learning rate; annealing learning rate; learning rate annealing; "
        "lr annealing; anneal lr; annealing; linear lr decay; learning rate decay; decay the learning rate; "
        "linear learning rate decay; linearly decaying learning rate; decaying learning rate; lr decay; 学习率衰减; "
        "学习率退火; 衰减学习率; 线性衰减"
    ),
    "th_compile": "torch compile; torch.compile; compile the policy; compile",
    "eval_interval": (
        "evaluate every; evaluation interval; eval every; evaluating every; evaluated every; evaluation every; "
        "evaluations every; test every; 评估间隔; 测试间隔"
    ),
    "log_interval": "log every; logging every; logging interval; 日志间隔; 记录间隔",
    "save_interval": (
        "save every; checkpoint every; checkpoint interval; checkpoints every; saving every; saved every; "
        "save it every; save the model every; save a checkpoint every; save checkpoints every; saving a checkpoint every; "
        "保存间隔; 存档间隔"
    ),
    "double": "double q-learning; double q; double estimator; 双重 q 学习; 双重 q; 双 q 学习; 双 q",
    "num_storages": "rollout buffers; rollout storages; rollouts in the queue; rollouts kept",
    "mrs": "maximum reward scaling; max reward scaling; maximum reward scale",
    "lstm_dim": "lstm; lstm size; lstm hidden size; lstm units; lstm dim",
    "num_aux_mini_batch": "aux batch size; aux minibatch size; aux minibatches; auxiliary batch size; auxiliary minibatches",
    "num_eval_episodes": "evaluation episodes; eval episodes; test episodes; 评估回合; 个评估回合",
}
SPOKEN = {name: tuple(phrases.split("; ")) for name, phrases in _SPOKEN.items()}
"""Further names of settings, beside those that the catalogue gives."""

ENV_SPOKEN = {
    "frame_stack": ("frame stack", "frame stacking", "frames stacked", "stacked frames", "帧堆叠", "堆叠帧数", "叠帧"),
    "action_repeat": ("action repeat", "action repeats", "repeat actions", "动作重复", "动作重复次数"),
    "from_pixels": (
        "from pixels", "from images", "pixels", "pixel observations", "image observations", "visual observations",
        "像素", "从像素", "图像观测", "像素观测",
    ),
    "fully_numerical": ("numerical observations",),
    "fully_observable": ("full observability", "full grid", "完全可观测"),
    "is_slippery": ("slipping", "slippery ice"),
    "enable_wind": ("windy weather",),
    "is_rainy": ("rainy weather",),
    "episodic_life": ("episodic lives", "life loss"),
    "clip_rewards": ("reward clipping", "clipped rewards", "clip the rewards", "奖励裁剪"),
}  # fmt: skip
"""Names of settings of environments; they count where the environment's maker has the setting."""

OPPOSITES = {
    "from_pixels": (
        "from states", "from state", "from the state", "state observations", "vector observations", "从状态", "状态观测",
    ),
    "fully_observable": ("partially observable", "partial observability", "partial observations", "部分可观测"),
}  # fmt: skip
"""Words that switch such a setting off."""

BONUS_WEIGHT = (
    "weight",
    "weigh",
    "weighs",
    "bonus weight",
    "reward weight",
    "intrinsic weight",
    "intrinsic reward coefficient",
    "intrinsic coefficient",
    "intrinsic reward scale",
    "reward coefficient",
    "bonus coefficient",
    "bonus scale",
    "weighted by",
    "scaled by",
    "奖励系数",
    "内在奖励系数",
    "权重",
    "奖励权重",
    "内在奖励权重",
    "系数",
)
"""Names of an intrinsic reward's `beta`, where there is such a reward."""

MODULES = {name: tuple(phrases.split("; ")) for name, _, phrases in (line.partition(": ") for line in table("names"))}
"""Spoken names of agents and modules, beside those that the catalogue gives."""

SLOT_WORDS = {
    "reward": ("bonus", "intrinsic reward", "curiosity", "内在奖励", "奖励模块", "predictor", "ensemble"),
    "storage": ("replay", "replay buffer", "prioritisation", "prioritization", "hindsight", "回放", "经验池"),
    "distribution": ("noise", "噪声"),
    "encoder": ("encoder", "编码器"),
    "augmentation": ("augmentation", "增强"),
}
"""What people call the module of a kind that they have named."""

MIXER = "Fabric"
"""The component that adds several intrinsic rewards up."""

RECURRENT = ("lstm", "recurrent", "循环", "长短期记忆", "循环神经网络")
"""Words that ask for an agent's version with a memory."""

COUNTED = frozenset(
    {"num_train_steps", "num_envs", "n_epochs", "num_steps", "num_eval_episodes", "hidden_dim", "n_step"}
)
"""Settings whose number mostly comes first: "8 environments"."""

_FILLER = (
    "'s a about agent agent's agents algo algorithm all also an and are around as at atari based baseline be build but by "
    "can code copies could create d default defaults device dm dmc do does during each else encoder env environment "
    "environments every everything experiment file final finally first followed after afterward afterwards "
    "for from game generate give go gym gymnasium has have hello plain vanilla both better best faster which "
    "hey hi how hyperparameters i if in into is it its just keep launch learn learning learns let lets library "
    "like ll long make makes me method minigrid model module mujoco must my need network new number of on one only "
    "or our out over overall parallel parameters per play please plus policy program python quickly random reinforcement "
    "rest rl rllte run running runs s same script set setting settings shall should side simple so solve some "
    "standard start step steps take takes task thank thanks that the then there this timesteps to total train trained "
    "training trains try under until up update updates us use used uses using usual value via wanna want we what "
    "when where which while will with would write you your "
    "algo config sb3 stable-baselines3 stable-baselines sb3-contrib cleanrl rllib tianshou rl-zoo rl-zoo3 spinup "
    "spinningup torchrl env_id env_name yaml args hyperparams model.learn make_vec_env gym.make porting ported port flags "
    "command style job equivalent"
)
FILLER = frozenset(_FILLER.split())

_CHINESE_FILLER = (
    "强化学习|更新|加上|带有|智能体|编码器|使用|采用|训练|一个|帮我|生成|创建|脚本|代码|程序|代理|模型|环境|算法|以及|设置|"
    "设为|设成|运行|总共|一共|并行|进行|学习|需要|大约|左右|任务|游戏|实验|然后|同时|其中|策略|改为|改成|最多|"
    "我们|可以|解决|用|在|上|训|练|一|个|请|帮|我|给|写|的|和|与|并|及|且|为|是|设|取|到|来|跑|共|总|步|下|中|"
    "里|要|想|让|把|将|吗|呢|吧|了|去|数|值|条|份|次|轮|每|你|您|能|玩|开|始|新|对|带|加|先|再|接着|之后|阶段|分别|各|都|"
    "最后|表现|影响|效果|性能|之间|哪个|结果|好"
)
CHINESE_FILLER = re.compile(_CHINESE_FILLER)
