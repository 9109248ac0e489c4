#!/usr/bin/python3
"""Random questions to Nova's own code and to the translator: every answer must be the same.

    generate.py --translator build/dev/bin/nova-rt --template xml-templates/realtime-guest.xml --count 300 [--seed N]

Needs Debian's python3-nova (26.2.2) and the system's /usr/bin/python3. The seed is printed; a difference is printed
with its case, so that it can be put to oracle.py again. Answers that the oracle marks `suspect` are counted, not
compared. The keys come from flavor-schemas/ and the options from the translator's source. The coverage table says how
often each came up; --require-coverage fails on a key below 1 %, on a stage or exception that was not reached and on a
share of refusals that is not about 30 % (use it with at least 2,000 cases).
"""

import argparse
import json
import os
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import careful_cases  # noqa: E402
import comparison  # noqa: E402
import case_coverage  # noqa: E402
import firmware  # noqa: E402
import refusals  # noqa: E402
import wild_cases  # noqa: E402

CAREFUL, REFUSED = 86, 6  # of a hundred; the rest is wild


def make_cases(options):
    """The share of refusals comes out at about 30 of a hundred. Recipes take turns, so that each comes up."""
    generator = random.Random(options.seed)
    careful, wild = careful_cases.CarefulCases(generator), wild_cases.WildCases(generator, options.uneven)
    recipes = list(refusals.RECIPES)
    generator.shuffle(recipes)
    cases, refused = [], 0
    for number in range(options.count):
        share = generator.randrange(100)
        if share < CAREFUL:
            cases.append(careful.case(number))
        elif share < CAREFUL + REFUSED:
            cases.append(refusals.case_of(recipes[refused % len(recipes)], number, generator))
            refused += 1
        else:
            cases.append(wild.case(number))
    for case in cases:
        firmware.complete(case, generator)
    return cases


def show_difference(case, wrong):
    print("DIFFERENT %s\n  case %s" % (case["name"], json.dumps(case)))
    for key, (nova, ours) in wrong.items():
        print("  %s\n    nova %s\n    ours %s" % (key, json.dumps(nova), json.dumps(ours)))


def judge(options, cases):
    """Every case to both, those with keys of ours once more without them. Returns counts and the coverage."""
    plain = [comparison.without_additions(case) for case in cases]
    answers = comparison.translate(options.translator, options.template, cases + plain)
    import oracle  # imports Nova, which takes seconds
    seen = case_coverage.Coverage()
    counts = {"accepted": 0, "suspect": 0, "not judged": 0, "different": 0}
    for case, bare, ours, ours_bare in zip(cases, plain, answers, answers[len(cases):]):
        expected = json.loads(json.dumps(oracle.run_case(bare)))
        seen.add(case, expected)
        counts["accepted"] += expected["ok"]
        if expected.get("suspect"):
            counts["suspect"] += 1
            continue
        if expected["error"] and expected["error"]["type"] == "InternalError":
            counts["not judged"] += 1
            continue
        wrong = comparison.difference(oracle, case, expected, ours) or comparison.difference(oracle, bare, expected, ours_bare)
        if wrong:
            counts["different"] += 1
            if counts["different"] <= options.show:
                show_difference(case, wrong)
    return counts, seen


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--translator", required=True)
    parser.add_argument("--template", required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("--require-coverage", action="store_true")
    parser.add_argument("--uneven", type=int, default=3, metavar="PERCENT", help="share of wild cases with unequal guest cells")
    parser.add_argument("--show", type=int, default=5, help="differences printed in full")
    options = parser.parse_args()
    print("seed %d" % options.seed, flush=True)
    counts, seen = judge(options, make_cases(options))
    seen.show()
    print("%d cases: " % options.count + ", ".join("%d %s" % (n, name) for name, n in counts.items()))
    thin = seen.thin()
    if thin:
        print("too little of: " + ", ".join(thin))
    return 1 if counts["different"] or counts["not judged"] or (thin and options.require_coverage) else 0


if __name__ == "__main__":
    sys.exit(main())
