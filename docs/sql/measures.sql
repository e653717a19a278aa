-- The ground rules of docs/kpis.md for single numbers: null where there is nothing to divide by, and
-- nothing about one to four people.

-- Somebody, and too few to say how many.
create or replace macro is_few(people) as people between 1 and 4;

-- A number, unless it is about too few people.
create or replace macro unless_few(told, people) as case when is_few(people) then null else told end;

-- A ratio of sums, as a double that isn't rounded.
create or replace macro share(part, whole) as
    case when whole = 0 or is_few(whole) then null else part / whole end;

-- Both ends of Wilson's score interval, 95 %. REST and this may differ in the last digit of a double:
-- the sums are the same, the order in which they are made isn't.
create or replace macro wilson_end(part, whole, side) as
    case when whole > 0 then greatest(0.0, least(1.0,
        (least(part / whole, 1.0) + 1.959963984540054 ** 2 / (2 * whole)
            + side * 1.959963984540054 * sqrt(
                least(part / whole, 1.0) * (1 - least(part / whole, 1.0)) / whole
                + 1.959963984540054 ** 2 / (4 * whole * whole)))
        / (1 + 1.959963984540054 ** 2 / whole))) end;
