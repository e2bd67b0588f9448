-- What merges left to be looked at, by its answer: each flush of two people in one text asks for it.
CREATE INDEX look_by_answer ON record (space_no, json_extract(fields, '$.answer'))
    WHERE kind IN ('notice', 'recovered');
