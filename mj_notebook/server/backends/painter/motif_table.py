# ruff: noqa: E501 - one motif, one line
"""The vocabulary: which words of a prompt call for which motif. A new motif is one row here."""

from dataclasses import dataclass
from typing import Literal, cast

Role = Literal["land", "ground", "air", "water", "deep", "table", "sky", "weather"]


@dataclass(frozen=True)
class Motif:
    """Something that can be painted, and the words that ask for it."""

    name: str
    role: Role
    """Where it belongs: what the land is, what stands on it, flies, swims, lies on a table …"""

    home: tuple[str, ...]
    """Lands it is at home in, for prompts that name none; for a land: other names of its floor."""

    words: tuple[str, ...]
    """English words; `_` stands for a space. Plurals are understood."""

    signs: tuple[str, ...] = ()
    """Chinese words, found anywhere in a prompt."""


# name | role | homes | words | Chinese
_TABLE = """
hills      | land | | hill valley countryside downs pasture farmland knoll landscape vineyard shire highland moor tuscany | 丘 乡村 风景 山谷
mountains  | land | | mountain peak alp alps alpine summit ridge himalaya everest fuji mount cliff range volcano glacier andes fjord | 山 雪山 火山
dunes      | land | | dune desert sand sahara oasis arid gobi sandstorm | 沙漠 沙丘
canyon     | land | | canyon mesa gorge badlands arizona butte cowboy western ravine | 峡谷
sea        | land | | sea ocean wave surf marine horizon shore coast beach seaside bay harbor harbour seascape tide pacific atlantic water | 海 海滩 大海 波浪
lake       | land | | lake pond river reflection lagoon stream creek loch tarn waterfall | 湖 河 江 瀑布
island     | land | | island isle atoll archipelago tropical palm palm_tree paradise hawaii | 岛 棕榈
forest     | land | | forest wood woods woodland pine fir spruce grove jungle conifer redwood taiga birch rainforest trees bamboo forests pines enchanted_forest | 森林 树林 竹
meadow     | land | | meadow field garden prairie grass lavender wheat wildflower park flower_field orchard lawn spring_meadow | 草地 花园 田野
city       | land | | city skyline skyscraper downtown metropolis tokyo york manhattan shanghai chicago cityscape urban megacity cyberpunk buildings dubai hong_kong rooftop tower | 城市 都市 天际线 上海
street     | land | | street alley town village paris amsterdam prague houses lane plaza market shop cafe townhouse canal bookshop bakery | 街 小镇 村庄
space      | land | | space universe cosmos cosmic orbit interstellar outer_space saturn mars jupiter exoplanet asteroid nebula galaxy sci_fi scifi spacecraft | 太空 宇宙 银河 星云
deep       | land | | underwater undersea seabed reef coral_reef submarine abyss deep_sea aquarium | 水下 海底
room       | land | | windowsill window room interior kitchen desk table sill indoors cosy cozy still_life bedroom library studio | 窗 房间 静物 室内
clouds     | land | | above_the_clouds in_the_clouds cloudscape sea_of_clouds heaven sky_castle floating | 云海
kite       | air | dunes hills meadow sea | kite | 风筝
balloon    | air | hills dunes mountains canyon | balloon airship zeppelin hot_air_balloon blimp | 气球 热气球
gull       | air | sea hills lake mountains | gull seagull bird albatross swallow eagle hawk falcon dove crane raven crow swan phoenix goose heron | 鸟 鹤 鹰 海鸥 凤凰
butterfly  | air | meadow forest hills | butterfly moth dragonfly bee | 蝴蝶
rocket     | air | space dunes hills | rocket spaceship space_ship spacecraft starship shuttle missile launch | 火箭 飞船
plane      | air | clouds mountains sea | plane airplane aeroplane aircraft jet biplane glider paper_plane | 飞机
dragon     | air | mountains clouds hills | dragon wyvern serpent | 龙
owl        | ground | forest hills | owl | 猫头鹰
cat        | ground | room hills city | cat kitten kitty feline tabby | 猫
dog        | ground | hills meadow sea | dog puppy hound corgi retriever wolf husky poodle terrier | 狗 狼
fox        | ground | forest meadow hills | fox vixen | 狐狸
horse      | ground | hills meadow dunes | horse pony stallion mare unicorn | 马 独角兽
deer       | ground | forest meadow mountains | deer stag elk reindeer moose fawn antelope | 鹿
rabbit     | ground | meadow hills | rabbit bunny hare | 兔
bear       | ground | forest mountains lake | bear panda grizzly | 熊 熊猫
camel      | ground | dunes canyon | camel dromedary caravan llama | 骆驼
pyramid    | ground | dunes | pyramid pyramids egypt egyptian pharaoh sphinx | 金字塔
elephant   | ground | dunes hills meadow | elephant mammoth | 大象
whale      | deep | deep sea | whale orca humpback | 鲸
fish       | deep | deep | fish koi salmon goldfish shark dolphin carp turtle octopus jellyfish | 鱼 锦鲤
flower     | ground | meadow hills | flower rose tulip poppy daisy blossom bloom lily sunflower orchid peony petal bouquet lotus dandelion | 花 玫瑰 牡丹 莲
oak        | ground | hills meadow dunes | tree oak lone_tree lonely_tree maple willow sakura cherry_tree old_tree bonsai cherry_blossom single_tree big_tree | 树 樱花
mushroom   | ground | forest meadow | mushroom toadstool fungus fungi | 蘑菇
cactus     | ground | dunes canyon | cactus cacti saguaro succulent | 仙人掌
lighthouse | ground | sea | lighthouse beacon | 灯塔
house      | ground | hills meadow lake | house home cottage barn farm farmhouse church chapel inn villa windmill mill | 房子 教堂 家
cabin      | ground | forest lake mountains | cabin hut lodge shack chalet treehouse | 小屋 木屋
castle     | ground | hills mountains clouds | castle fortress palace citadel kingdom chateau | 城堡 宫殿
temple     | ground | mountains forest lake | temple pagoda shrine torii monastery japan japanese dojo kyoto gate | 寺 庙 塔
tent       | ground | mountains forest lake | tent camp camping campsite yurt tipi | 帐篷
fire       | ground | forest hills dunes | fire campfire bonfire flame torch blaze | 火 篝火
lantern    | ground | street forest lake | lantern lamp candle streetlight lamppost | 灯笼 灯
person     | ground | hills mountains dunes sea | person man woman girl boy wanderer traveler traveller hiker figure child children kid kids people monk samurai knight wizard witch hero pilgrim king queen princess prince warrior ninja explorer dancer old_man old_woman lovers couple | 人 女孩 男孩 侠 少女
umbrella   | ground | street city sea | umbrella parasol | 伞
portrait   | ground | room | portrait face headshot model selfie lady bust | 肖像 脸
astronaut  | ground | space dunes | astronaut cosmonaut spaceman | 宇航员
robot      | ground | city meadow canyon | robot android mech droid cyborg automaton | 机器人
bicycle    | ground | hills street sea | bicycle bike cyclist cycling tandem | 自行车
train      | ground | hills mountains meadow | train locomotive railway tram steam_engine | 火车
car        | ground | canyon sea city | car automobile van truck bus taxi beetle convertible roadster | 汽车 车
bridge     | ground | lake city | bridge viaduct aqueduct | 桥
boat       | water | sea lake | boat sailboat ship sail yacht sailing canoe vessel schooner galleon regatta kayak dinghy gondola | 船 帆 舟
cup        | table | room | cup tea coffee mug teapot espresso latte cocoa | 茶 咖啡 杯
fruit      | table | room | fruit apple pear orange lemon peach cherry strawberry pomegranate fig plum | 水果 苹果 橘
vase       | table | room | vase pot jug ceramics pottery houseplant potted_plant | 花瓶
books      | table | room | book books novel reading | 书
moon       | sky | | moon lunar moonlight moonlit crescent full_moon | 月
sun        | sky | | sun sunshine sunny sunlight solar | 太阳 阳光
stars      | sky | | star starry constellation milky_way starlight starry_night stardust | 星
planet     | sky | | planet ringed_planet gas_giant saturn jupiter mars | 行星 星球
meteor     | sky | | meteor comet shooting_star shooting_stars | 流星
auroras    | sky | | aurora northern_lights borealis polar_lights | 极光
rainbow    | sky | | rainbow | 彩虹
cloud      | weather | | cloud cloudy cumulus overcast | 云
rain       | weather | | rain rainy drizzle downpour umbrella monsoon | 雨
snow       | weather | | snow snowy snowfall blizzard snowflake winter frozen frost icy christmas snowman ice arctic antarctic | 雪 冬
mist       | weather | | mist misty fog foggy haze hazy ethereal dreamy | 雾
storm      | weather | | storm stormy thunder lightning thunderstorm tempest hurricane | 暴风 闪电
"""


def _motif(line: str) -> Motif:
    name, role, homes, words, *signs = (part.strip() for part in line.split("|"))
    return Motif(
        name,
        cast("Role", role),
        tuple(homes.split()),
        tuple(word.replace("_", " ") for word in words.split()),
        tuple(signs[0].split()) if signs else (),
    )


MOTIFS = tuple(_motif(line) for line in _TABLE.strip().splitlines())
BY_NAME = {motif.name: motif for motif in MOTIFS}

BY_WORD: dict[str, tuple[Motif, ...]] = {}
for _one in MOTIFS:
    for _word in _one.words:
        BY_WORD[_word] = (*BY_WORD.get(_word, ()), _one)

BY_SIGN = {sign: motif for motif in MOTIFS for sign in motif.signs}
