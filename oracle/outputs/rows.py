"""An answer as CSV: one row per quotation, stable columns."""

import csv
import io

from oracle.answer import Answer, ManualPart
from oracle.outputs.tabular import cell

COLUMNS = [
    *("coin", "date", "rulebook", "edition", "venue", "market", "trading_day", "opens_at", "closes_at"),
    *("close", "quote_asset", "ruble_path", "rub", "rub_kopecks", "rub_other_path"),
    *("verdict", "chosen", "final", "observation", "source", "dataset", "demo", "manual"),
]


def csv_text(answer: Answer) -> str:
    """Comma-separated, one line per quotation; an empty cell is a value that is not known.

    Below them those that were entered by hand: `manual` has their id, and `verdict` says what they weigh.
    """
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    rows.writeheader()
    verdicts = {part.venue: part.verdicts.get(answer.rulebook) for part in answer.venues}
    for each in answer.quotations:
        verdict = verdicts.get(each.venue)
        chosen = answer.chosen
        rows.writerow(
            {
                "coin": answer.coin,
                "date": answer.date,
                "rulebook": answer.rulebook,
                "edition": answer.edition,
                "venue": each.venue,
                "market": each.market,
                "trading_day": each.trading_day.date,
                "opens_at": each.trading_day.opens_at.isoformat(),
                "closes_at": each.trading_day.closes_at.isoformat(),
                "close": each.close,
                "quote_asset": each.quote_asset,
                "ruble_path": each.ruble_path,
                "rub": each.rub,
                "rub_kopecks": each.rub_kopecks,
                "rub_other_path": each.alternative and each.alternative.rub,
                "verdict": verdict.verdict if verdict else "no_rule_in_force",
                "chosen": bool(
                    chosen and not chosen.manual and (chosen.venue, chosen.market) == (each.venue, each.market)
                ),
                "final": each.final,
                "observation": each.observation,
                "source": each.source,
                "dataset": answer.dataset.version,
                "demo": answer.dataset.demo,
            }
        )
    rows.writerows(_manual(answer, each) for each in answer.manual)
    return text.getvalue()


def _manual(answer: Answer, each: ManualPart) -> dict[str, object]:
    return {
        "coin": answer.coin,
        "date": answer.date,
        "rulebook": answer.rulebook,
        "edition": answer.edition,
        "venue": cell(each.venue, russian=False),
        "market": each.market,
        "trading_day": answer.date,
        "closes_at": each.closes_at and each.closes_at.isoformat(),
        "close": each.close,
        "quote_asset": each.quote_asset,
        "ruble_path": each.ruble_path,
        "rub": each.rub,
        "rub_kopecks": each.rub_kopecks,
        "verdict": each.code,
        "chosen": bool(answer.chosen and answer.chosen.manual == each.id),
        "final": False,
        "observation": each.document,
        "source": f"manual: {each.author}",
        "dataset": answer.dataset.version,
        "demo": answer.dataset.demo,
        "manual": each.id,
    }
