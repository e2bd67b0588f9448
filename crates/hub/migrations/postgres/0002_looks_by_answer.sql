-- What merges left to be looked at, by its answer: each flush of two people in one text asks for it. A column of its
-- own, because this database reads no JSON whose text holds a zero character.
ALTER TABLE record ADD COLUMN look_of TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX look_by_answer ON record (space_no, look_of) WHERE look_of <> '';
