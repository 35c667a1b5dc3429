#!/bin/bash
# What a first user stumbled over.

. "$OSLER_ROOT/tests/cli/lib.sh"

case_begin "a word in capitals is found as the word it is"
mkdir a
printf 'LUNGS of miners. Drugs help.\n' >a/x.md
expect_exit 0 osler-index -q a
expect_exit 0 osler-query -c DRUGS
expect_exit 0 osler-query -c lungs
expect_exit 0 osler-query -c LUNGS

case_begin "who finds WHO, and grammar in capitals is still grammar"
mkdir a
printf 'The WHO reports.\n\n# CARE WITH DATA\n\nCARE WITH DATA matters.\n' >a/x.md
expect_exit 0 osler-index -q a
expect_exit 0 osler-query -c who
expect_exit 0 osler-query -c '"care with data"'

case_begin "a German article is found by German words"
mkdir a
printf -- '---\nlang: de\n---\nDie Patienten gehen über die Straße zum Arzt.\n' >a/x.md
expect_exit 0 osler-index -q a
expect_exit 0 osler-query -c patient
expect_exit 0 osler-query -c Straßen
expect_exit 0 osler-query -c '"Patienten gehen"'
expect_exit 0 osler-index --check -q

case_begin "raised and lowered digits are digits"
mkdir a
printf 'CO₂ rose by 5 m².\n' >a/x.md
expect_exit 0 osler-index -q a
expect_exit 0 osler-query -c CO2
expect_exit 0 osler-query -c 'co₂'

case_begin "a mistyped path makes no index"
expect_exit 1 osler-index nowhere
[[ ! -e osler.db ]] || fail "osler.db was made"

case_begin "a saved page is known by its canonical address"
mkdir a
cat >a/page.html <<'HTML'
<html><head><title>Pumps</title><link rel="canonical" href="https://www.who.int/pumps"></head>
<body><article><h1>Pumps</h1><p>Insulin pumps help many people with diabetes to live well, and they are small.</p></article></body></html>
HTML
expect_exit 0 osler-index -q a
expect_exit 0 osler-query -c 'site:who.int pumps'

case_begin "an item of a list does not claim what the item before says"
printf -- '- Item two is true. ([G](https://a.org/7))\n- [H](https://a.org/8)\n' >x.md
expect_exit 0 osler-index --extract --json x.md
expect_json '.links[0].claim == "Item two is true." and .links[1].claim == null'

case_begin "a missing pager loses nothing"
mkdir a
printf 'Insulin.\n' >a/x.md
expect_exit 0 osler-index -q a
expect_exit 0 env PAGER=nosuchpager TERM=xterm script -qec 'osler-query insulin' /dev/null
expect_match 'Insulin'

case_begin "an error is told in the format that is asked for, wherever that stands"
expect_exit 2 osler-query --bogus -f json x
expect_json '.error.status == "usage"'

case_begin "file:line is the line of the word, whatever stands before it"
mkdir articles
cat >articles/a.md <<'END'
---
title: Lines
---
First *alpha* line
second beta line


third **gamma** [lin
k](http://example.org/) delta

- item epsilon
- item zeta

```
code eta

theta
```
END
printf 'one iota\r\ntwo kappa\r\n\r\n  three lambda\r\n' >articles/b.txt
expect_exit 0 osler-index -q -i test.db articles
for word in alpha beta gamma delta epsilon zeta eta theta iota kappa lambda; do
    expect_exit 0 osler-query -i test.db "$word"
    expect_match "^ *$(grep -nw -- "$word" articles/* | cut -d : -f 1,2)$"
    line=$(grep -hnw -- "$word" articles/* | cut -d : -f 1)
    expect_exit 0 osler-query -i test.db -f tsv "$word"
    expect_equal "$(cut -f 5 "$out")" "$line"
done
expect_exit 0 osler-query -i test.db -f json beta
expect_json '.hits[0].passage.lines == [4, 17]'

case_begin "a saved web page has lines to go to"
mkdir pages
printf '<title>T</title>\n\n<p>One iota.</p>\n\n<p>Two kappa.</p>\n' >pages/page.html
expect_exit 0 osler-index -q -i test.db pages
expect_exit 0 osler-query -i test.db kappa
expect_match '^ *pages/page.html:5$'
expect_exit 0 osler-query -i test.db -f tsv kappa
expect_equal "$(cut -f 4,5 "$out")" "pages/page.html	5"

case_begin "Chinese, Japanese and Korean are found inside their sentences"
mkdir a
printf '# 心脏病\n\n高血压会增加心脏病的风险。胃癌患者需要治疗。\n' >a/zh.md
printf -- '---\nlang: ja\n---\n# 糖尿病\n\n糖尿病の患者は運動してください。\n' >a/ja.md
printf -- '---\nlang: ko\n---\n건강정보를 확인하세요. AIDS환자.\n' >a/ko.md
expect_exit 0 osler-index -q a
expect_found() { # query [FILE...]
    expect_exit "$(($# == 1))" osler-query -f tsv -- "$1"
    expect_equal "$(cut -f 3 "$out" | sort | xargs)" "${*:2}"
}
expect_found '"心脏病"' a/zh.md
expect_found '"高血压会"' a/zh.md
expect_found '"血高"'
expect_found 癌 a/zh.md
expect_found '+癌患' a/zh.md
expect_found '"糖尿病の患者"' a/ja.md
expect_found '"건강정보"' a/ko.md
expect_found '"AIDS환자"' a/ko.md
expect_found '患者' a/ja.md a/zh.md
expect_found '癌症'
expect_exit 0 osler-query -f json '"心脏病"'
expect_json '.hits[0].passage | [.text, .highlights] == ["高血压会增加心脏病的风险。胃癌患者需要治疗。", [[18, 27]]]'
expect_exit 0 osler-index --check -q
expect_exit 0 sqlite3 -cmd ".load $OSLER_BUILD/osler_tokenizer" osler.db \
    "SELECT count(*) FROM passages_fts WHERE passages_fts MATCH '\"胃癌患者\"'"
expect_output <<<1

case_begin "control characters of an article do not reach a terminal, but a pipe"
mkdir a
printf 'Red \033[31malert\033[0m, C1 \302\233m, bell \007.\n\nNext\tline.\n' >a/x.md
expect_exit 0 osler-index --extract a/x.md
expect_equal "$(tr -dc '\033\007' <"$out" | wc -c)" 3
script -qec 'osler-index --extract a/x.md' /dev/null >terminal
expect_equal "$(tr -dc '\033\007' <terminal | wc -c)" 0
expect_equal "$(tr -d '\r' <terminal | sed -n '1p;3p')" "$(printf 'Red \357\277\275[31malert\357\277\275[0m, C1 \357\277\275m, bell \357\277\275.\nNext line.')"
expect_exit 0 osler-index -q a
for where in text tsv markdown bibtex; do
    expect_exit 0 osler-query -f $where bell
    expect_equal "$(tr -dc '\033\007' <"$out" | wc -c)" 0
done

case_begin "sources that failed are named host by host, each for what ails the host"
mkdir a
printf 'One [b](http://127.0.0.2/b), [z](http://127.0.0.1/z), [c](http://127.0.0.2/a), [a](http://127.0.0.1/a).\n' >a/x.md
expect_exit 1 "$OSLER_ONLINE" -q a
expect_error <<'END'
osler-index: http://127.0.0.1/a: 127.0.0.1 is at the private address 127.0.0.1 (cited in a/x.md:1)
osler-index: http://127.0.0.1/z: 127.0.0.1 is at the private address 127.0.0.1 (cited in a/x.md:1)
osler-index: http://127.0.0.2/a: 127.0.0.2 is at the private address 127.0.0.2 (cited in a/x.md:1)
osler-index: http://127.0.0.2/b: 127.0.0.2 is at the private address 127.0.0.2 (cited in a/x.md:1)
END

case_begin "an article that is only headings, and a record that is only a title, are found"
mkdir a
printf '# Stub on pumps\n\n## How long do [pumps](https://who.int/p) last?\n' >a/stub.md
printf '{"_id":"1","title":"Insulin pumps","text":"","author":["Jane Roe","John Doe"]}\n' >a/x.jsonl
expect_exit 0 osler-index -q a
expect_exit 0 osler-query -f json pumps
expect_json '[.hits[] | [.document.path, .passage.lines, .document.author]] | sort ==
    [["a/stub.md", [1, 3], null], ["a/x.jsonl", [1, 1], "Jane Roe; John Doe"]]'
expect_json '[.hits[].citations[].url] == ["https://who.int/p"]'
expect_exit 0 osler-query -f csl-json 'title:insulin'
expect_json '[.[0].author[].literal] == ["Jane Roe", "John Doe"]'
expect_exit 0 osler-index --check -q
