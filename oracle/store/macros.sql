-- Checks on literals; used by the writer only.
CREATE OR REPLACE TEMP MACRO is_number(text) AS regexp_full_match(text, '[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?');

-- Digits after the decimal point, an exponent counted in.
CREATE OR REPLACE TEMP MACRO decimals_of(text) AS
    CASE WHEN strpos(lower(text), 'e') = 0 THEN CASE WHEN strpos(text, '.') = 0 THEN 0 ELSE length(text) - strpos(text, '.') END
    ELSE length(regexp_extract(text, '\.([0-9]+)', 1)) - CAST(regexp_extract(text, '[eE]([+-]?[0-9]+)', 1) AS INTEGER) END;

-- low x base <= turnover <= high x base, as far as the digits received can tell: each number may be off by one in its
-- last digit, and venues that sum binary floats by some billionths. A plausibility test, so floats will do.
CREATE OR REPLACE TEMP MACRO plausible_turnover(low, high, base, turnover, base_text, turnover_text) AS
    turnover::DOUBLE + pow(10, -decimals_of(turnover_text))
        >= low::DOUBLE * (base::DOUBLE - pow(10, -decimals_of(base_text))) * (1 - 1e-9)
    AND turnover::DOUBLE - pow(10, -decimals_of(turnover_text))
        <= high::DOUBLE * (base::DOUBLE + pow(10, -decimals_of(base_text))) * (1 + 1e-9);
