"""Spoken names of environments, their variants, and the arguments that Gymnasium's own take."""

from __future__ import annotations

from typing import Any

ENVIRONMENTS = {
    "CartPole": (
        "车杆", "小车倒立摆", "平衡杆", "倒立车杆", "小车平衡杆", "倒立摆小车", "小车立杆", "cart pole balancing",
        "pole balancing", "pole on a cart",
    ),
    "Pendulum": ("倒立摆", "单摆", "钟摆", "pendulum swing up v1"),
    "MountainCar": ("登山车", "爬山车", "山地车", "小车爬山", "小车上山"),
    "MountainCarContinuous": ("连续登山车", "连续爬山车", "连续山地车", "continuous mountain car"),
    "LunarLander": ("月球着陆", "月球着陆器", "登月", "登月舱", "登月器", "月球登陆器", "moon lander", "lander"),
    "LunarLanderContinuous": ("连续月球着陆器", "连续登月", "continuous lunar lander"),
    "Acrobot": ("双节摆", "双连杆", "双摆"),
    "FrozenLake": ("冰湖", "冰冻湖", "结冰的湖"),
    "FrozenLake8x8": ("8x8冰湖", "大冰湖"),
    "CliffWalking": ("悬崖行走", "悬崖寻路", "悬崖漫步", "cliff walk", "cliff world"),
    "Taxi": ("出租车", "的士"),
    "Blackjack": ("二十一点", "21点", "black jack"),
    "BipedalWalker": ("双足行走", "双足行走者", "双足步行", "双足步行者", "两足行走", "biped walker"),
    "BipedalWalkerHardcore": ("hardcore bipedal walker", "bipedal hardcore"),
    "CarRacing": ("赛车", "race car", "racing car"),
    "HalfCheetah": ("半猎豹", "猎豹", "cheetah"),
    "Ant": ("蚂蚁", "四足蚂蚁"),
    "Humanoid": ("人形机器人", "类人机器人", "人形"),
    "HumanoidStandup": ("人形站立", "人形起立", "人形机器人站起"),
    "Hopper": ("单腿跳", "单足跳", "跳跃机器人", "单腿跳跃"),
    "Walker2d": ("二维行走者", "二维步行者"),
    "Swimmer": ("游泳者", "游泳机器人"),
    "Reacher": ("机械臂够物",),
    "Pusher": ("推物",),
    "InvertedPendulum": ("单级倒立摆",),
    "InvertedDoublePendulum": ("二级倒立摆", "双级倒立摆", "双倒立摆", "double inverted pendulum"),
    "rllte/BitFlipping": ("位翻转", "比特翻转", "翻转比特", "bit flip", "bitflip", "flipping bits"),
    "rllte/Memory": ("记忆任务", "记忆环境", "memory task", "memory environment", "rllte memory"),
    "MiniGrid-DoorKey-5x5": ("doorkey", "minigrid doorkey", "门钥匙"),
    "MiniGrid-FourRooms": ("四房间", "四个房间"),
    "MiniGrid-LockedRoom": ("上锁的房间", "锁住的房间"),
    "MiniGrid-Unlock": ("unlock",),
    "Pong": ("乒乓", "乒乓球"),
    "Breakout": ("打砖块",),
    "SpaceInvaders": ("太空侵略者", "太空入侵者", "space invader"),
    "MsPacman": ("吃豆小姐", "吃豆女士", "吃豆人小姐"),
    "Pacman": ("吃豆人",),
    "MontezumaRevenge": (
        "蒙特祖玛的复仇", "蒙特祖玛复仇", "蒙特祖马的复仇", "蒙特祖玛", "蒙特祖马", "montezuma",
        "montezumas revenge", "montezumas",
    ),
    "Boxing": ("拳击",),
    "Freeway": ("高速公路游戏", "过马路"),
    "Seaquest": ("深海任务", "海底探险", "深海救援"),
    "Qbert": ("q伯特",),
    "Pitfall": ("玛雅人的冒险",),
    "Pitfall2": ("pitfall ii",),
    "Tennis": ("网球",),
    "Bowling": ("保龄球",),
    "Skiing": ("滑雪",),
    "IceHockey": ("冰球",),
    "Frostbite": ("冰屋", "霜冻"),
    "Enduro": ("耐力赛车", "拉力赛"),
    "Asteroids": ("小行星", "爆破彗星"),
    "RoadRunner": ("哔哔鸟",),
    "KungFuMaster": ("功夫大师", "成龙踢馆"),
    "DonkeyKong": ("大金刚",),
    "Tetris": ("俄罗斯方块",),
    "Frogger": ("青蛙过河",),
    "Alien": ("异形",),
    "BeamRider": ("光束骑士", "激光骑士"),
    "PrivateEye": ("私家侦探",),
    "Venture": ("冒险之旅",),
    "UpNDown": ("up and down",),
    "TicTacToe3D": ("3d tic tac toe",),
    "cheetah_run": ("猎豹奔跑",),
    "walker_walk": ("步行者行走",),
    "walker_run": ("步行者奔跑",),
    "ball_in_cup_catch": ("cup catch", "ball in a cup", "杯球", "接球入杯"),
    "cartpole_swingup": ("车杆摆起", "倒立摆摆起"),
    "swimmer_swimmer6": (
        "swimmer 6", "swimmer 6 links", "6 link swimmer", "six link swimmer", "swimmer with 6 links",
        "swimmer with six links", "dmc swimmer", "六节游泳者",
    ),
    "swimmer_swimmer15": (
        "swimmer 15", "swimmer 15 links", "15 link swimmer", "swimmer with 15 links", "swimmer with fifteen links",
    ),
    "finger_spin": ("手指旋转",),
    "quadruped_walk": ("四足行走",),
    "quadruped_run": ("四足奔跑",),
}  # fmt: skip
"""Spoken names of environments by id without version."""

FAMILIES = {
    "动态障碍": "DynamicObstacles", "钥匙走廊": "KeyCorridor", "多房间": "MultiRoom", "熔岩过道": "LavaGap",
    "熔岩间隙": "LavaGap", "熔岩穿越": "LavaCrossing", "岩浆穿越": "LavaCrossing", "钥匙门": "DoorKey",
    "门钥匙": "DoorKey", "门与钥匙": "DoorKey", "空房间": "Empty", "空旷房间": "Empty", "红蓝门": "RedBlueDoors",
    "迷宫障碍": "ObstructedMaze",
}  # fmt: skip
"""Chinese names of MiniGrid's families, whose sizes follow in digits."""

COMMON_WORDS = frozenset(
    {"adventure", "alien", "assault", "atlantis", "casino", "carnival", "defender", "et", "fetch", "freeway", "hero"}
    | {"kangaroo", "memory", "phoenix", "playground", "surround", "superman", "turmoil", "unlock", "venture", "empty"}
    | {
        "crossbow",
        "hangman",
        "lander",
        "montezuma",
        "cheetah",
        "solaris",
        "skiing",
        "tennis",
        "bowling",
        "boxing",
        "taxi",
    }
)
"""Names that are words like others; they count where they are spelt with a capital, where the words before them say so,
or where nothing else is named."""

NEVER_ALONE = frozenset({"memory", "hero", "et", "empty", "surround", "assault", "adventure", "lander", "unlock"})
"""Those of them that in small letters count only after words that say so."""

VARIANTS = {
    "continuous": (
        r"continuous(?:[\s-]+(?:actions?|control|action space|thrusters?|engines?|thrust|forces?|torques?|inputs?|"
        r"controls))?|连续(?:动作|控制)?",
        {"LunarLander-v3": "LunarLanderContinuous-v3", "MountainCar-v0": "MountainCarContinuous-v0"},
    ),
    "hardcore": (r"hardcore|hard-core|困难|硬核|地狱", {"BipedalWalker-v3": "BipedalWalkerHardcore-v3"}),
    "slippery": (r"slippery|会打滑|打滑|湿滑", {"CliffWalking-v1": "CliffWalkingSlippery-v1"}),
    "8x8": (r"8\s?[x×]\s?8", {"FrozenLake-v1": "FrozenLake8x8-v1"}),
    "sparse": (
        r"sparse(?:[\s-]+rewards?)?|稀疏(?:奖励)?",
        {
            "cartpole_swingup": "cartpole_swingup_sparse",
            "cartpole_balance": "cartpole_balance_sparse",
            "acrobot_swingup": "acrobot_swingup_sparse",
        },
    ),
}
"""Words beside a name that mean another environment."""

_Arguments = dict[str, tuple[str, Any, float | None]]

_MUJOCO: _Arguments = {"frame_skip": ("int", 5, 1), "reset_noise_scale": ("float", 0.1, 0)}
_WALKING: _Arguments = {
    **_MUJOCO,
    "forward_reward_weight": ("float", 1.0, None),
    "ctrl_cost_weight": ("float", 0.1, None),
    "exclude_current_positions_from_observation": ("bool", True, None),
}
_HEALTHY: _Arguments = {
    **_WALKING,
    "healthy_reward": ("float", 1.0, None),
    "terminate_when_unhealthy": ("bool", True, None),
}
_LANDER: _Arguments = {
    "gravity": ("float", -10.0, None),
    "enable_wind": ("bool", False, None),
    "wind_power": ("float", 15.0, 0),
    "turbulence_power": ("float", 1.5, 0),
}
_LAKE: _Arguments = {"is_slippery": ("bool", True, None), "success_rate": ("float", 1 / 3, 0)}
_DISTANCES: _Arguments = {"reward_dist_weight": ("float", 1.0, None), "reward_control_weight": ("float", 1.0, None)}
_ARGUMENTS: dict[str, _Arguments] = {
    "LunarLander": _LANDER,
    "LunarLanderContinuous": _LANDER,
    "CartPole": {"sutton_barto_reward": ("bool", False, None)},
    "FrozenLake": _LAKE,
    "FrozenLake8x8": _LAKE,
    "CliffWalking": {"is_slippery": ("bool", False, None)},
    "Taxi": {
        "is_rainy": ("bool", False, None),
        "fickle_passenger": ("bool", False, None),
        "rainy_probability": ("float", 0.8, 0),
        "fickle_probability": ("float", 0.3, 0),
    },
    "Blackjack": {"natural": ("bool", False, None), "sab": ("bool", False, None)},
    "CarRacing": {"lap_complete_percent": ("float", 0.95, 0), "domain_randomize": ("bool", False, None)},
    "MountainCar": {"goal_velocity": ("float", 0.0, None)},
    "MountainCarContinuous": {"goal_velocity": ("float", 0.0, None)},
    "Pendulum": {"g": ("float", 10.0, None)},
    "Ant": {**_HEALTHY, "contact_cost_weight": ("float", 5e-4, None)},
    "HalfCheetah": _WALKING,
    "Hopper": _HEALTHY,
    "Humanoid": {**_HEALTHY, "contact_cost_weight": ("float", 5e-7, None)},
    "HumanoidStandup": {**_MUJOCO, "ctrl_cost_weight": ("float", 0.1, None)},
    "InvertedDoublePendulum": {**_MUJOCO, "healthy_reward": ("float", 10.0, None)},
    "InvertedPendulum": _MUJOCO,
    "Pusher": {"frame_skip": ("int", 5, 1), **_DISTANCES, "reward_near_weight": ("float", 0.5, None)},
    "Reacher": {"frame_skip": ("int", 2, 1), **_DISTANCES},
    "Swimmer": _WALKING,
    "Walker2d": _HEALTHY,
    "rllte/BitFlipping": {
        "n_bits": ("int", 10, 1),
        "max_steps": ("int", None, 1),
        "discrete_obs_space": ("bool", False, None),
    },
    "rllte/Memory": {"delay": ("int", 4, 1)},
}


def arguments(env_id: str) -> list[dict[str, Any]]:
    """The arguments of one of Gymnasium's own environments that a request can state, as entries like a component's."""
    known = _ARGUMENTS.get(env_id.rpartition("-v")[0], {})
    return [
        {
            "name": name, "type": kind, "default": default, "low": low, "high": None, "above": None, "choices": None,
            "aliases": [], "doc": f"argument of {env_id}", "required": False,
        }
        for name, (kind, default, low) in known.items()
    ]  # fmt: skip
