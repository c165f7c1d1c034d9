"""Ids of the suites that are optional packages: named here, so that the catalogue is the same whether they are installed.

A test compares the lists with the packages.
"""

from __future__ import annotations

from typing import Any

_ATARI = """
    Adventure AirRaid Alien Amidar Assault Asterix Asteroids Atlantis Atlantis2 Backgammon BankHeist BasicMath
    BattleZone BeamRider Berzerk Blackjack Bowling Boxing Breakout Carnival Casino Centipede ChopperCommand
    CrazyClimber Crossbow Darkchambers Defender DemonAttack DonkeyKong DoubleDunk Earthworld ElevatorAction Enduro
    Entombed Et FishingDerby FlagCapture Freeway Frogger Frostbite Galaxian Gopher Gravitar Hangman HauntedHouse Hero
    HumanCannonball IceHockey Jamesbond JourneyEscape Kaboom Kangaroo KeystoneKapers KingKong Klax Koolaid Krull
    KungFuMaster LaserGates LostLuggage MarioBros MiniatureGolf MontezumaRevenge MrDo MsPacman NameThisGame Othello
    Pacman Phoenix Pitfall Pitfall2 Pong Pooyan PrivateEye Qbert Riverraid RoadRunner Robotank Seaquest SirLancelot
    Skiing Solaris SpaceInvaders SpaceWar StarGunner Superman Surround Tennis Tetris TicTacToe3D TimePilot Trondead
    Turmoil Tutankham UpNDown Venture VideoCheckers VideoChess VideoCube VideoPinball WizardOfWor WordZapper
    YarsRevenge Zaxxon
"""

_DMC = """
    acrobot_swingup acrobot_swingup_sparse ball_in_cup_catch cartpole_balance cartpole_balance_sparse cartpole_swingup
    cartpole_swingup_sparse cartpole_three_poles cartpole_two_poles cheetah_run dog_fetch dog_run dog_stand dog_trot
    dog_walk finger_spin finger_turn_easy finger_turn_hard fish_swim fish_upright hopper_hop hopper_stand
    humanoid_CMU_run humanoid_CMU_stand humanoid_CMU_walk humanoid_run humanoid_run_pure_state humanoid_stand
    humanoid_walk lqr_lqr_2_1 lqr_lqr_6_2 manipulator_bring_ball manipulator_bring_peg manipulator_insert_ball
    manipulator_insert_peg pendulum_swingup point_mass_easy point_mass_hard quadruped_escape quadruped_fetch
    quadruped_run quadruped_walk reacher_easy reacher_hard stacker_stack_2 stacker_stack_4 swimmer_swimmer15
    swimmer_swimmer6 walker_run walker_stand walker_walk
"""

_MINIGRID = """
    BlockedUnlockPickup-v0 DistShift1-v0 DistShift2-v0 DoorKey-16x16-v0 DoorKey-5x5-v0 DoorKey-6x6-v0 DoorKey-8x8-v0
    Dynamic-Obstacles-16x16-v0 Dynamic-Obstacles-5x5-v0 Dynamic-Obstacles-6x6-v0 Dynamic-Obstacles-8x8-v0
    Dynamic-Obstacles-Random-5x5-v0 Dynamic-Obstacles-Random-6x6-v0 Empty-16x16-v0 Empty-5x5-v0 Empty-6x6-v0
    Empty-8x8-v0 Empty-Random-5x5-v0 Empty-Random-6x6-v0 Fetch-5x5-N2-v0 Fetch-6x6-N2-v0 Fetch-8x8-N3-v0 FourRooms-v0
    GoToDoor-5x5-v0 GoToDoor-6x6-v0 GoToDoor-8x8-v0 GoToObject-6x6-N2-v0 GoToObject-8x8-N2-v0 KeyCorridorS3R1-v0
    KeyCorridorS3R2-v0 KeyCorridorS3R3-v0 KeyCorridorS4R3-v0 KeyCorridorS5R3-v0 KeyCorridorS6R3-v0
    LavaCrossingS11N5-v0 LavaCrossingS9N1-v0 LavaCrossingS9N2-v0 LavaCrossingS9N3-v0 LavaGapS5-v0 LavaGapS6-v0
    LavaGapS7-v0 LockedRoom-v0 MemoryS11-v0 MemoryS13-v0 MemoryS13Random-v0 MemoryS17Random-v0 MemoryS7-v0 MemoryS9-v0
    MultiRoom-N2-S4-v0 MultiRoom-N4-S5-v0 MultiRoom-N4-S5-v1 MultiRoom-N6-v0 ObstructedMaze-1Dl-v0
    ObstructedMaze-1Dlh-v0 ObstructedMaze-1Dlhb-v0 ObstructedMaze-1Q-v0 ObstructedMaze-1Q-v1 ObstructedMaze-2Dl-v0
    ObstructedMaze-2Dlh-v0 ObstructedMaze-2Dlhb-v0 ObstructedMaze-2Dlhb-v1 ObstructedMaze-2Q-v0 ObstructedMaze-2Q-v1
    ObstructedMaze-Full-v0 ObstructedMaze-Full-v1 Playground-v0 PutNear-6x6-N2-v0 PutNear-8x8-N3-v0
    RedBlueDoors-6x6-v0 RedBlueDoors-8x8-v0 SimpleCrossingS11N5-v0 SimpleCrossingS9N1-v0 SimpleCrossingS9N2-v0
    SimpleCrossingS9N3-v0 Unlock-v0 UnlockPickup-v0
"""

SUITES: list[dict[str, Any]] = [
    {
        "maker": "make_atari_env",
        "package": "ale-py",
        "ids": [f"{name}-v5" for name in _ATARI.split()],
        "observation_space": "Box3",
        "action_space": "Discrete",
        "eval_kwargs": {"episodic_life": False, "clip_rewards": False},
    },
    {
        "maker": "make_dmc_env",
        "package": "dm-control",
        "ids": _DMC.split(),
        "observation_space": "Box1",
        "action_space": "Box",
    },
    {
        "maker": "make_minigrid_env",
        "package": "minigrid",
        "ids": [f"MiniGrid-{name}" for name in _MINIGRID.split()],
        "observation_space": "Box3",
        "action_space": "Discrete",
    },
]
"""The makers' ids, the kinds of their spaces with the makers' default arguments, and what makers are given to evaluate."""
