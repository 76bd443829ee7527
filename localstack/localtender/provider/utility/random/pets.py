"""``random_pet``: names that people can say and remember."""

from __future__ import annotations

import secrets
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import between
from localtender.provider.schema.model import Block
from localtender.provider.utility.declared import KEEPERS, computed, defaulted, optional
from localtender.provider.utility.random.kept import Kept
from localtender.provider.values import Values


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ADVERBS: Final = _words(
    """
    ably amply boldly bravely briskly calmly clearly deeply duly early easily evenly fairly
    firmly fondly freely gently gladly highly justly keenly kindly lightly loudly mildly mostly
    nearly neatly nicely openly partly plainly promptly purely quickly quietly rarely readily
    really rightly safely simply slowly smoothly softly solely soundly steadily surely swiftly
    truly usually vastly warmly wholly widely wildly wisely
    """
)
_ADJECTIVES: Final = _words(
    """
    able agile amber ample apt blithe bold brave bright brisk calm candid civil clever cosy
    crisp dapper daring deft eager earnest fair fleet fond frank fresh gentle glad golden grand
    handy hardy hearty honest humble jolly keen kind lively loyal lucid mellow merry mighty mild
    modest neat nimble noble patient placid plucky polite prime proud quick quiet ready robust
    rosy serene sharp sleek smart snug sober spry stable steady sunny sure tidy trusty vivid
    warm wise witty zesty
    """
)
_NAMES: Final = _words(
    """
    adder alpaca auk badger beagle bear beaver beetle bison boar bream buck camel carp cat
    chough civet clam cod condor coot crab crane cricket crow cub curlew dace deer dingo dove
    drake duck eagle eel egret elk emu ermine falcon fawn ferret finch fox frog gecko gnu goat
    goose grebe grouse gull hare hawk heron hog hound ibex ibis jackal jay kestrel kite kiwi
    koala lamb lark lemur lion llama loon lynx magpie mink mole moose moth mouse newt okapi orca
    oryx osprey otter owl ox panda perch pike plover pony puffin puma quail rabbit rail ram
    raven robin rook salmon seal shrew shrike siskin skua snipe sole stag starling stoat stork
    swan swift tapir teal tern thrush tiger toad trout tuna turtle viper vole walrus wasp weasel
    whale wolf wombat wren yak zebra
    """
)


class RandomPet(Kept):
    """``random_pet``: ``[PREFIX-][adverbs-]adjective-name`` of ``length`` words."""

    type_name = "random_pet"
    schema = Block(
        {
            "id": computed(),
            "keepers": optional(KEEPERS),
            "length": defaulted("number"),
            "prefix": optional(),
            "separator": defaulted(),
        }
    )
    replaces = ("keepers", "length", "prefix", "separator")
    defaults = {"length": 2, "separator": "-"}
    checks = {"length": between(1, 1000)}

    def create(self, call: Call, planned: Values) -> Values:
        """Put a name together."""
        length = planned["length"]
        words = [secrets.choice(_ADVERBS) for _ in range(length - 2)]
        words += [secrets.choice(_ADJECTIVES)] * (length > 1)
        words.append(secrets.choice(_NAMES))
        if planned["prefix"]:
            words.insert(0, planned["prefix"])
        separator = planned["separator"]
        return {"id": (separator or "").join(words)}
