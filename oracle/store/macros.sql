-- Checks on literals; used by the writer only.

-- Whether all six literals are plain digits with at most one point each: nearly all rows, told by one pass.
-- (A literal with an exponent is a number too, but takes the longer way.)
CREATE OR REPLACE TEMP MACRO all_plain(a, b, c, d, e, f) AS
    regexp_full_match(concat_ws(' ', a, b, c, d, e, coalesce(f, '0')), '([0-9]+(\.[0-9]+)?( |$)){6}');

CREATE OR REPLACE TEMP MACRO is_number(text) AS regexp_full_match(text, '[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?');

-- Digits after the decimal point, an exponent counted in.
CREATE OR REPLACE TEMP MACRO decimals_of(text) AS
    CASE WHEN strpos(text, '.') = 0 THEN 0 ELSE length(text) - strpos(text, '.') END
    - CASE WHEN strpos(lower(text), 'e') = 0 THEN 0
      ELSE length(text) - strpos(lower(text), 'e') + 1 + CAST(regexp_extract(text, '[eE]([+-]?[0-9]+)', 1) AS INTEGER) END;

-- low x base <= turnover <= high x base, but for some billionths: venues sum binary floats. A plausibility test, so
-- floats of the literals do.
CREATE OR REPLACE TEMP MACRO turnover_between(low, high, base, turnover) AS
    turnover::DOUBLE >= low::DOUBLE * base::DOUBLE * (1 - 1e-9)
    AND turnover::DOUBLE <= high::DOUBLE * base::DOUBLE * (1 + 1e-9);

-- The same as far as the digits received can tell: volume and turnover may each be off by one in the last decimal.
CREATE OR REPLACE TEMP MACRO last_decimal(text) AS
    CASE WHEN strpos(text, '.') = 0 THEN 0 ELSE pow(10, -decimals_of(text)) END;
CREATE OR REPLACE TEMP MACRO turnover_plausible(low, high, base, turnover) AS
    turnover::DOUBLE + last_decimal(turnover)
        >= low::DOUBLE * (base::DOUBLE - last_decimal(base)) * (1 - 1e-9)
    AND turnover::DOUBLE - last_decimal(turnover)
        <= high::DOUBLE * (base::DOUBLE + last_decimal(base)) * (1 + 1e-9);
