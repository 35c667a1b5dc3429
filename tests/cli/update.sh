#!/bin/bash
# Later runs: what changed is read again, what is gone is removed, the rest stays as it is.

. "$OSLER_ROOT/tests/cli/lib.sh"

# Five articles, one in a folder below, one with a citation.
write_articles() {
    mkdir -p articles/news
    printf '# Asthma\n\nInhalers help children with asthma.\n' >articles/asthma.md
    printf '# Diabetes\n\nInsulin pumps got cheaper ([WHO](https://who.int/insulin)).\n' >articles/diabetes.md
    printf 'Statins lower cholesterol.\n' >articles/statins.txt
    printf '# Telehealth\n\nVideo visits save travel.\n' >articles/news/telehealth.md
    printf '%s\n' '{"_id": "a1", "title": "Vaccines", "text": "Measles vaccines work."}' \
        '{"_id": "a2", "title": "Masks", "text": "Masks filter aerosols."}' >articles/notes.jsonl
}

# The answers to a few queries, without the time they took.
ask_all() { # index
    local query
    for query in asthma insulin cholesterol 'video OR telehealth' masks measles 'cites:who.int' 'travel help*'; do
        osler-query -i "$1" -f json -n 100 "$query" | jq 'del(.took_ms)'
    done
}

# What the index says must be what an index made anew of the same paths says.
expect_like_new() { # path...
    rm -f new.db
    expect_exit 0 osler-index -i new.db "$@"
    ask_all test.db >answers
    ask_all new.db | compare_with_expected answers
    rm new.db
    expect_exit 0 osler-index -i test.db --check
    expect_match 'test.db: sound'
}

index_articles() { # code counts
    expect_exit "$1" osler-index -i test.db articles
    expect_match "^test.db: [0-9]+ files? \($2\); "
}

expect_hit() { # query path
    expect_exit 0 osler-query -i test.db -f json "$1"
    expect_json --arg path "$2" '.hits[0].document.path == $path'
}

case_begin "the first run reads everything"
write_articles
index_articles 0 '5 new, 0 changed, 0 removed, 0 unchanged'
expect_match '; 6 documents, 6 passages, 1 citation of 1 source \(1 not fetched\); '
expect_silence
expect_hit inhalers articles/asthma.md
expect_equal "$(ls -A)" "$(printf 'articles\ntest.db')"

case_begin "a run without changes says so and writes nothing"
write_articles
index_articles 0 '5 new, .*'
sleep 0.15 # until then a file may change without a new time stamp
index_articles 0 '0 new, 0 changed, 0 removed, 5 unchanged'
sum=$(sha256sum test.db)
index_articles 0 '0 new, 0 changed, 0 removed, 5 unchanged'
expect_silence
expect_exit 0 osler-index -i test.db --json articles
expect_json '.unchanged == 5 and .bytes_read == 0 and .changes == [] and .problems == []'
expect_equal "$(sha256sum test.db)" "$sum"
expect_exit 0 osler-index -i test.db -q articles
expect_output </dev/null

case_begin "new, changed and removed files are noticed and named"
write_articles
index_articles 0 '5 new, .*'
printf '# Gout\n\nGout follows uric acid.\n' >articles/gout.md
printf '# Asthma\n\nSpacers improve inhalers.\n' >articles/asthma.md
rm articles/statins.txt
expect_exit 0 osler-index -i test.db -v articles
expect_match '^changed  articles/asthma.md$'
expect_match '^new      articles/gout.md$'
expect_match '^removed  articles/statins.txt$'
expect_match '^test.db: 5 files \(1 new, 1 changed, 1 removed, 3 unchanged\)'
expect_equal "$(grep articles/ "$out" | cut -c 10-)" "$(grep articles/ "$out" | cut -c 10- | sort)"
expect_hit 'uric acid' articles/gout.md
expect_hit spacers articles/asthma.md
expect_exit 1 osler-query -i test.db cholesterol
expect_exit 1 osler-query -i test.db children
expect_like_new articles

case_begin "a renamed file is found under its new name only"
write_articles
index_articles 0 '5 new, .*'
mv articles/asthma.md articles/news/breathing.md
index_articles 0 '1 new, 0 changed, 1 removed, 4 unchanged'
expect_hit inhalers articles/news/breathing.md
expect_exit 0 osler-query -i test.db -c inhalers
expect_output <<<1
expect_like_new articles

case_begin "a file that was only touched is unchanged"
write_articles
index_articles 0 '5 new, .*'
touch -d '2001-02-03' articles/asthma.md
index_articles 0 '0 new, 0 changed, 0 removed, 5 unchanged'
expect_like_new articles

case_begin "a change that keeps size and time is noticed"
write_articles
index_articles 0 '5 new, .*'
sleep 0.15
index_articles 0 '0 new, .*'
touch -r articles/asthma.md stamp
sed -i 's/children/patients/' articles/asthma.md
touch -r stamp articles/asthma.md
index_articles 0 '0 new, 1 changed, 0 removed, 4 unchanged'
expect_hit patients articles/asthma.md
# Without sed's new file: the same inode.
printf '# Asthma\n\nInhalers cost children with asthma.\n' >articles/asthma.md
index_articles 0 '0 new, 1 changed, .*'
printf '# Asthma\n\nInhalers save children with asthma.\n' | dd of=articles/asthma.md conv=notrunc status=none
touch -r stamp articles/asthma.md
index_articles 0 '0 new, 1 changed, .*'
expect_hit 'inhalers save' articles/asthma.md

case_begin "a change right after a run is noticed"
write_articles
for word in apple berry cherry damson elder; do
    printf '# Asthma\n\nA %-9s a day.\n' $word >articles/asthma.md
    expect_exit 0 osler-index -i test.db articles
    expect_hit $word articles/asthma.md
done

case_begin "lines of a JSONL file come, go and change"
write_articles
index_articles 0 '5 new, .*'
printf '%s\n' '{"_id": "a2", "title": "Masks", "text": "Masks filter droplets."}' \
    '{"_id": "a3", "title": "Soap", "text": "Soap dissolves viruses."}' >articles/notes.jsonl
index_articles 0 '0 new, 1 changed, 0 removed, 4 unchanged'
expect_exit 1 osler-query -i test.db measles
expect_exit 0 osler-query -i test.db -f json droplets
expect_json '.hits[0].document.id == "a2" and .hits[0].passage.lines == [1, 1]'
expect_hit soap articles/notes.jsonl
expect_like_new articles

case_begin "removing everything leaves an empty index"
write_articles
index_articles 0 '5 new, .*'
rm -r articles/*
index_articles 0 '0 new, 0 changed, 5 removed, 0 unchanged'
expect_match '; 0 documents, 0 passages, 0 citations of 0 sources; '
expect_exit 1 osler-query -i test.db asthma
expect_like_new articles
write_articles
index_articles 0 '5 new, .*'
expect_like_new articles

case_begin "passage ids stay while the content stays"
write_articles
index_articles 0 '5 new, .*'
osler-query -i test.db -f json video | jq -r '.hits[].passage.id' >before
printf '# Aardvark\n\nFirst in the alphabet.\n' >articles/aardvark.md
touch articles/news/telehealth.md
index_articles 0 '1 new, .*'
expect_exit 0 osler-query -i test.db -f json video
jq -r '.hits[].passage.id' "$out" | compare_with_expected before

case_begin "--dry-run says how many of the known sources would be fetched"
mkdir articles
echo "It [says](https://a.example/1) [so](https://a.example/2), [again](http://a.example/1?utm_source=x)." >articles/a.md
expect_exit 0 osler-index -i test.db articles
expect_exit 0 "$OSLER_ONLINE" -i test.db --dry-run articles
expect_match '; 2 known sources would be fetched; '
expect_exit 0 "$OSLER_ONLINE" -i test.db --dry-run --json articles
expect_json '.fetch_due == 2 and .fetched == 0'
expect_exit 0 osler-index -i test.db --dry-run articles
expect_no_match 'fetched'

case_begin "--dry-run says what would change and changes nothing"
write_articles
expect_exit 0 osler-index -i test.db --dry-run articles
expect_match '^new      articles/asthma.md$'
expect_match '^test.db: would be: 5 files \(5 new'
expect_equal "$(ls -A)" articles
index_articles 0 '5 new, .*'
sum=$(sha256sum test.db)
rm articles/statins.txt
echo 'More.' >>articles/asthma.md
echo 'New.' >articles/new.txt
touch articles/diabetes.md
expect_exit 0 osler-index -i test.db --dry-run articles
expect_match '^test.db: would be: 5 files \(1 new, 1 changed, 1 removed, 3 unchanged\)'
expect_match '^changed  articles/asthma.md$'
expect_exit 0 osler-index -i test.db --dry-run --json articles
expect_json '.dry_run and .new == 1 and .changed == 1 and .removed == 1 and
    [.changes[] | .change + " " + .path] ==
        ["changed articles/asthma.md", "new articles/new.txt", "removed articles/statins.txt"]'
expect_exit 0 osler-index -i test.db --dry-run --rebuild articles
expect_match 'would be: 5 files \(5 new, 0 changed, 0 removed, 0 unchanged\)'
expect_equal "$(sha256sum test.db)" "$sum"
expect_equal "$(ls -A)" "$(printf 'articles\ntest.db')"
index_articles 0 '1 new, 1 changed, 1 removed, 3 unchanged'

case_begin "--rebuild reads everything anew and answers alike"
write_articles
index_articles 0 '5 new, .*'
ask_all test.db >answers
expect_exit 0 osler-index -i test.db --rebuild articles
expect_match '^test.db: 5 files \(5 new, 0 changed, 0 removed, 0 unchanged\)'
ask_all test.db | compare_with_expected answers
expect_equal "$(ls -A)" "$(printf 'answers\narticles\ntest.db')"

case_begin "the number of threads changes no answer"
mkdir articles
for i in $(seq 1 300); do
    printf '# Report %d\n\nClinic %d saw %d patients with flu.\n\n## Costs\n\nCosts rose by %d percent ([source](https://example.org/%d)).\n' \
        "$i" $((i % 7)) $((i * 31 % 97)) $((i % 13)) "$i" >"articles/$i.md"
    printf '{"_id": "%d", "text": "Ward %d had %d beds."}\n' "$i" $((i % 11)) "$i"
done >articles/beds.jsonl
sleep 0.15 # else the index says of some that they are too young to be trusted
expect_exit 0 osler-index -i one.db -j 1 articles
expect_exit 0 osler-index -i four.db -j 4 articles
for index in one four; do
    for query in 'clinic 3' 'patients costs' 'ward beds' 'cites:example.org flu'; do
        osler-query -i $index.db -f json -n 700 "$query" | jq 'del(.took_ms)'
    done >$index.answers
done
compare_with_expected one.answers <four.answers
expect_equal "$(sha256sum <one.db)" "$(sha256sum <four.db)"

case_begin "indexing one folder leaves the documents of another"
write_articles
mv articles/news news
expect_exit 0 osler-index -i test.db articles news
expect_match '5 new'
rm articles/statins.txt
expect_exit 0 osler-index -i test.db news
expect_match '\(0 new, 0 changed, 0 removed, 1 unchanged\); 6 documents'
expect_hit cholesterol articles/statins.txt
expect_exit 0 osler-index -i test.db articles
expect_match '\(0 new, 0 changed, 1 removed, 3 unchanged\); 5 documents'
expect_hit video news/telehealth.md
# One file may be named, too, and a folder whose name begins like another's is another.
cp -r articles articles2
expect_exit 0 osler-index -i test.db articles2/asthma.md
expect_match '1 new'
rm -r articles/* articles2/asthma.md
expect_exit 0 osler-index -i test.db articles
expect_match '3 removed'
expect_hit inhalers articles2/asthma.md

case_begin "a folder and a folder in it are not read twice"
write_articles
expect_exit 0 osler-index -i test.db articles articles/news articles/asthma.md ./articles/../articles
expect_match '^test.db: 5 files \(5 new'
expect_like_new articles

case_begin "paths are shown from where one asks"
write_articles
index_articles 0 '5 new, .*'
for folder in . articles articles/news /; do
    path=$(here=$PWD && cd $folder && osler-query -i "$here/test.db" -f json inhalers |
        jq -r '.hits[].document.path' | xargs realpath)
    expect_equal "$path" "$PWD/articles/asthma.md"
done
expect_equal "$(cd articles && osler-query -i ../test.db -f json inhalers | jq -r '.hits[].document.path')" asthma.md
# The same files, named from elsewhere, are the same files.
(cd articles/news && osler-index -i ../../test.db ..) >printed
expect_equal "$(grep -c '5 unchanged' printed)" 1

case_begin "a folder may be moved with its index"
mkdir here
cd here || exit 1
write_articles
expect_exit 0 osler-index -i test.db articles
cd ..
mv here there
expect_exit 0 osler-query -i there/test.db -f json inhalers
expect_json '.hits[0].document.path == "there/articles/asthma.md"'
expect_exit 0 osler-index -i there/test.db there/articles
expect_match '0 new, 0 changed, 0 removed, 5 unchanged'
cp -r there copy
rm -r there
expect_exit 0 osler-index -i copy/test.db copy/articles
expect_match '0 new, 0 changed, 0 removed, 5 unchanged'

case_begin "file names of any kind are indexed and shown"
mkdir articles
names=('with space.md' "quote'\".md" 'percent%20 #?.md' $'na\xc3\xafve.md' '-n.md' 'UPPER.MD' 'a*b.md')
for name in "${names[@]}"; do
    echo "Zebra herds." >"articles/$name"
done
expect_exit 0 osler-index -i test.db articles
expect_exit 0 osler-query -i test.db -f json zebra
jq -r '.hits[].document.path' "$out" | sort >paths
printf 'articles/%s\n' "${names[@]}" | sort | compare_with_expected paths
expect_exit 0 osler-index -i test.db articles
expect_match '7 unchanged'
expect_exit 0 osler-index -i test.db -- "articles/-n.md" 'articles/a*b.md'
expect_match '2 unchanged'

case_begin "what is hidden is skipped unless it is named"
mkdir -p articles/.hidden
echo "Seen zebra." >articles/seen.md
echo "Hidden zebra." >articles/.hidden.md
echo "Deep zebra." >articles/.hidden/deep.md
expect_exit 0 osler-index -i test.db articles
expect_match '^test.db: 1 file '
expect_exit 0 osler-index -i test.db articles/.hidden articles/.hidden.md
expect_match '^test.db: 2 files '
expect_exit 0 osler-query -i test.db -c zebra
expect_output <<<3

case_begin "the index may lie among the articles"
write_articles
for counts in '5 new, .*' '.* 5 unchanged'; do
    expect_exit 0 osler-index -i articles/test.db articles
    expect_match "\\($counts\\)"
done
expect_exit 0 osler-query -i articles/test.db -f json inhalers
expect_json '.hits[0].document.path == "articles/asthma.md"'

case_begin "the index may be a symbolic link"
write_articles
mkdir data
ln -s data/real.db link.db
expect_exit 3 osler-index -i link.db articles
expect_error_match 'link.db: a symbolic link that leads nowhere'
expect_exit 0 osler-index -i data/real.db articles
expect_exit 0 osler-index -i link.db articles
expect_match '5 unchanged'
expect_equal "$(ls data)" real.db
expect_exit 0 osler-index -i data/real.db articles
expect_match '5 unchanged'
for index in link.db data/real.db; do
    expect_exit 0 osler-query -i $index -f json inhalers
    expect_json '.total == 1 and .hits[0].document.path == "articles/asthma.md"'
done
echo 'Zebra.' >articles/zebra.md
expect_exit 0 osler-index -i link.db --rebuild articles
expect_exit 0 osler-query -i data/real.db zebra
expect_equal "$(readlink link.db)" data/real.db
