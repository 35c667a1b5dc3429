/* See html_charset.h. Names of encodings and what they stand for follow the WHATWG Encoding
 * Standard (https://encoding.spec.whatwg.org/): pages that say latin1 hold windows-1252. */
#include "indexer/html/html_charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum {
    META_BYTES = 4096,  /* a page names its encoding in its first bytes or not at all */
    CHARSET_BYTES = 32, /* longer than any name of an encoding */
    CUT_BYTES = 3,      /* a download that was cut may end inside a character */
};

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* Only encodings that the standard knows: iconv has others, some of them stateful. */
static const struct {
    const char *name;
    const char *iconv; /* NULL: windows-1252 */
} encodings[] = {
    {"ascii", NULL},
    {"us-ascii", NULL},
    {"latin1", NULL},
    {"l1", NULL},
    {"iso-8859-1", NULL},
    {"iso8859-1", NULL},
    {"cp1252", NULL},
    {"windows-1252", NULL},
    {"utf-8", "UTF-8"},
    {"utf8", "UTF-8"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"},
    {"iso-8859-9", "CP1254"},
    {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-11", "CP874"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-15", "ISO-8859-15"},
    {"iso-8859-16", "ISO-8859-16"},
    {"tis-620", "CP874"},
    {"windows-874", "CP874"},
    {"windows-1250", "CP1250"},
    {"windows-1251", "CP1251"},
    {"cp1251", "CP1251"},
    {"windows-1253", "CP1253"},
    {"windows-1254", "CP1254"},
    {"windows-1255", "CP1255"},
    {"windows-1256", "CP1256"},
    {"windows-1257", "CP1257"},
    {"windows-1258", "CP1258"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"ibm866", "CP866"},
    {"macintosh", "MACINTOSH"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"gb18030", "GB18030"},
    {"big5", "BIG5-HKSCS"},
    {"big5-hkscs", "BIG5-HKSCS"},
    {"euc-jp", "EUC-JP"},
    {"iso-2022-jp", "ISO-2022-JP"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"x-sjis", "CP932"},
    {"windows-31j", "CP932"},
    {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"},
};

/* The bytes of the valid UTF-8 character at `s`, which has `n` > 0 bytes; 0 if it is not valid. */
static size_t character_bytes(const unsigned char *s, size_t n) {
    if (s[0] < 0x80)
        return 1;
    size_t n_bytes = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || n < n_bytes)
        return 0;
    for (size_t i = 1; i < n_bytes; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    bool is_overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    bool is_surrogate = s[0] == 0xed && s[1] >= 0xa0;
    bool is_beyond = s[0] == 0xf4 && s[1] >= 0x90;
    return is_overlong || is_surrogate || is_beyond ? 0 : n_bytes;
}

/* True if `s` is the beginning of a character whose rest was cut off, or nothing. */
static bool is_cut_character(const unsigned char *s, size_t n) {
    if (n == 0)
        return true;
    if (n > CUT_BYTES || s[0] < 0xc2 || s[0] > 0xf4)
        return false;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return false;
    return n < (s[0] >= 0xf0 ? 4U : s[0] >= 0xe0 ? 3U : 2U);
}

/* How many bytes from the start are valid UTF-8. */
static size_t valid_utf8(const char *bytes, size_t n_bytes) {
    size_t i = 0;
    while (i < n_bytes) {
        uint64_t words[4];
        if (n_bytes - i >= sizeof words) {
            memcpy(words, bytes + i, sizeof words);
            if (!((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080U)) {
                i += sizeof words;
                continue;
            }
        }
        size_t n = character_bytes((const unsigned char *)bytes + i, n_bytes - i);
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

static void append_character(struct buffer *text, unsigned code) {
    char utf8[3] = {(char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)),
                    (char)(0x80 | (code & 0x3f))};
    if (code >= 0x800) {
        buffer_append(text, utf8, sizeof utf8);
    } else {
        utf8[1] = (char)(0xc0 | code >> 6);
        buffer_append(text, utf8 + 1, 2);
    }
}

/* Appends the windows-1252 character of a byte from 0x80 on. */
static void append_windows_1252(struct buffer *text, unsigned char byte) {
    static const uint16_t below_a0[32] = {
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};
    append_character(text, byte < 0xa0 ? below_a0[byte - 0x80] : byte);
}

/* Copies `bytes` with each byte that is not of valid UTF-8 read as windows-1252; in a page of that
 * encoding (`is_windows_1252`) every byte from 0x80 on is such a byte. Returns how many there were.
 */
static size_t repair_utf8(const char *bytes, size_t n_bytes, bool is_windows_1252,
                          struct buffer *text) {
    size_t n_repaired = 0;
    size_t i = 0;
    while (i < n_bytes) {
        size_t start = i;
        if (is_windows_1252)
            while (i < n_bytes && !(bytes[i] & 0x80))
                i++;
        else
            i += valid_utf8(bytes + i, n_bytes - i);
        buffer_append(text, bytes + start, i - start);
        if (i < n_bytes) {
            append_windows_1252(text, (unsigned char)bytes[i++]);
            n_repaired++;
        }
    }
    return n_repaired;
}

/* Converts with iconv; returns how many bytes had no meaning. */
static size_t convert(iconv_t converter, const char *bytes, size_t n_bytes, struct buffer *text) {
    size_t n_lost = 0;
    char *from = (char *)(uintptr_t)bytes; /* iconv's prototype forgets const */
    while (n_bytes > 0) {
        size_t room = n_bytes * 2 + 16;
        char *to = buffer_reserve(text, room);
        if (!to)
            break;
        size_t left = room;
        size_t result = iconv(converter, &from, &n_bytes, &to, &left);
        text->size += room - left;
        if (result != (size_t)-1 || errno == E2BIG)
            continue;
        buffer_append_string(text, replacement);
        n_lost++;
        from++;
        n_bytes--;
    }
    return n_lost;
}

/* Converts from the encoding called `name`; false if the name means nothing. */
static bool convert_from(const char *name, const char *bytes, size_t n_bytes,
                         struct document *document, struct buffer *text) {
    const char *encoding = NULL;
    bool is_utf16 = strcmp(name, "UTF-16LE") == 0 || strcmp(name, "UTF-16BE") == 0;
    bool is_known = is_utf16;
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings && !is_known; i++) {
        is_known = strcasecmp(encodings[i].name, name) == 0;
        encoding = encodings[i].iconv;
    }
    if (!is_known)
        return false;
    size_t n_lost = 0;
    if (!is_utf16 && (!encoding || strcmp(encoding, "UTF-8") == 0)) {
        n_lost = repair_utf8(bytes, n_bytes, !encoding, text);
        n_lost = encoding ? n_lost : 0;
    } else {
        iconv_t converter = iconv_open("UTF-8", is_utf16 ? name : encoding);
        if (converter == (iconv_t)-1)
            return false;
        n_lost = convert(converter, bytes, n_bytes, text);
        iconv_close(converter);
    }
    if (n_lost > 0)
        document_problem(document, 0, "%zu bytes mean nothing in the page's encoding, %s", n_lost,
                         name);
    return true;
}

/* Copies the name of the encoding at `text`, trimmed of quotes and space, into `name`. */
static void copy_name(const char *text, size_t n_bytes, char name[CHARSET_BYTES]) {
    size_t used = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        bool is_edge = strchr(" \t\r\n\"'", text[i]) != NULL;
        if (is_edge && used == 0)
            continue;
        if (is_edge || used == CHARSET_BYTES - 1 || strchr(";>/", text[i]))
            break;
        name[used++] = text[i];
    }
    name[used] = '\0';
}

/* The encoding that a <meta> in the first bytes names; "" if none does. */
static void find_meta_charset(const char *bytes, size_t n_bytes, char name[CHARSET_BYTES]) {
    static const char key[] = "charset";
    const size_t n_key = sizeof key - 1;
    bool in_meta = false;
    name[0] = '\0';
    size_t end = n_bytes < META_BYTES ? n_bytes : META_BYTES;
    for (size_t i = 0; i + n_key < end && !name[0]; i++) {
        if (bytes[i] == '<')
            in_meta = strncasecmp(bytes + i, "<meta", 5) == 0;
        if (!in_meta || strncasecmp(bytes + i, key, n_key) != 0)
            continue;
        size_t after = i + n_key;
        while (after < end && strchr(" \t\r\n", bytes[after]))
            after++;
        if (after < end && bytes[after] == '=')
            copy_name(bytes + after + 1, end - after - 1, name);
    }
}

static void drop_nuls(struct html_source *source) {
    const char *nul = memchr(source->text, '\0', source->n_bytes);
    if (!nul)
        return;
    struct buffer text = {0};
    const char *end = source->text + source->n_bytes;
    for (const char *from = source->text; from < end;) {
        nul = memchr(from, '\0', (size_t)(end - from));
        size_t n_bytes = (size_t)((nul ? nul : end) - from);
        buffer_append(&text, from, n_bytes);
        from += n_bytes + 1;
    }
    text.failed = text.failed || source->converted.failed;
    buffer_free(&source->converted);
    source->converted = text;
    source->text = buffer_string(&source->converted);
    source->n_bytes = source->converted.size;
}

/* The encoding that a byte order mark at the start stands for, or NULL; sets its length. */
static const char *find_mark(const char *bytes, size_t n_bytes, size_t *n_mark) {
    *n_mark = 0;
    if (n_bytes >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        *n_mark = 3;
        return "UTF-8";
    }
    if (n_bytes < 2)
        return NULL;
    *n_mark = 2;
    if (memcmp(bytes, "\xff\xfe", 2) == 0)
        return "UTF-16LE";
    if (memcmp(bytes, "\xfe\xff", 2) == 0)
        return "UTF-16BE";
    *n_mark = 0;
    return NULL;
}

void html_source_read(const char *bytes, size_t n_bytes, const char *charset,
                      struct document *document, struct html_source *source) {
    char meta[CHARSET_BYTES];
    char header[CHARSET_BYTES] = "";
    size_t n_mark;
    const char *mark = find_mark(bytes, n_bytes, &n_mark);
    bytes += n_mark;
    n_bytes -= n_mark;
    bool is_utf16 = mark && strcmp(mark, "UTF-8") != 0;
    size_t n_valid = is_utf16 ? 0 : valid_utf8(bytes, n_bytes);
    if (!is_utf16 && is_cut_character((const unsigned char *)bytes + n_valid, n_bytes - n_valid)) {
        source->text = bytes;
        source->n_bytes = n_valid;
        drop_nuls(source);
        return;
    }
    if (charset)
        copy_name(charset, strlen(charset), header);
    find_meta_charset(bytes, n_bytes, meta);
    struct buffer *text = &source->converted;
    if (!(mark && convert_from(mark, bytes, n_bytes, document, text)) &&
        !convert_from(header, bytes, n_bytes, document, text) &&
        !convert_from(meta, bytes, n_bytes, document, text))
        repair_utf8(bytes, n_bytes, true, text);
    source->text = buffer_string(text);
    source->n_bytes = text->size;
    drop_nuls(source);
}

void html_source_free(struct html_source *source) {
    buffer_free(&source->converted);
    *source = (struct html_source){0};
}
