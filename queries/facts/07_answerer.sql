-- title: Whose an answer is
-- definition: One name for all answers of an account; an answer that names none stands for itself, by a name that no account
--   has: it begins with a control character (unit separator).
-- makes: macro
-- columns: answerer varchar
create or replace macro answerer(account_id, source, response_id) as (
    coalesce(account_id, chr(31) || coalesce(source, '') || ' ' || response_id)
);
