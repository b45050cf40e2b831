/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Textual encodings. Marks are looked for by their dashes, of which Base64 has none: one pass,
 * however the text is broken into lines. */
#include "codec/pem.h"

#include "base/text.h"

#include <string.h>

enum {
	PEM_LINE = 48,      /* bytes to a line of 64 characters: RFC 7468 section 2 */
	PEM_LINE_MAX = 76,  /* characters to a line that MIME allows, and every reader takes */
	PEM_LABEL_MAX = 64, /* of a label; the longest that is known has 23 */
	PEM_DASHES = 5,
	PEM_DASHES_LEAST = 2, /* that are taken for a mark on one of its sides */
};

/* A BEGIN or END mark. */
struct mark {
	bool begin;
	size_t start; /* its first byte */
	size_t end;   /* past its last dash */
	size_t left;  /* dashes before and after */
	size_t right;
	struct span label;
	bool odd; /* lower case, or blanks inside */
};

void
pem_put(struct buf *out, const char *label, struct span der)
{
	size_t at;

	buf_printf(out, "-----BEGIN %s-----\n", label);
	for (at = 0; at < der.size; at += PEM_LINE) {
		text_put_base64(out, span_part(der, at, PEM_LINE));
		buf_put_byte(out, '\n');
	}
	buf_printf(out, "-----END %s-----\n", label);
}

/* Copies text to *at of s, which has room. */
static void
secret_put(struct secret *s, size_t *at, struct span text)
{
	memcpy(secret_data(s) + *at, text.data, text.size);
	*at += text.size;
}

static enum rc
secret_put_lines(struct secret *s, size_t *at, struct span der)
{
	struct buf line = BUF_INIT;
	enum rc rc = RC_OK;
	size_t from;

	/* One allocation, which buf_release wipes. */
	buf_reserve(&line, (PEM_LINE / 3 * 4) + 2);
	for (from = 0; from < der.size && !rc; from += PEM_LINE) {
		buf_cut(&line, 0);
		text_put_base64(&line, span_part(der, from, PEM_LINE));
		buf_put_byte(&line, '\n');
		rc = buf_rc(&line);
		if (!rc)
			secret_put(s, at, buf_span(&line));
	}
	buf_release(&line);
	return rc;
}

enum rc
pem_secret(struct secret **out, const char *label, struct span der)
{
	struct buf head = BUF_INIT;
	struct buf tail = BUF_INIT;
	struct secret *s = NULL;
	size_t lines = (der.size + PEM_LINE - 1) / PEM_LINE;
	size_t size;
	size_t at = 0;
	enum rc rc;

	*out = NULL;
	if (der.size > SECRET_MAX)
		return RC_LIMIT;
	buf_printf(&head, "-----BEGIN %s-----\n", label);
	buf_printf(&tail, "-----END %s-----\n", label);
	rc = buf_rc(&head);
	if (!rc)
		rc = buf_rc(&tail);
	if (rc)
		goto out;
	size = head.size + ((der.size + 2) / 3 * 4) + lines + tail.size;
	rc = secret_new(&s, size);
	if (rc)
		goto out;
	secret_put(s, &at, buf_span(&head));
	rc = secret_put_lines(s, &at, der);
	if (rc)
		goto out;
	secret_put(s, &at, buf_span(&tail));
	*out = s;
	s = NULL;
out:
	secret_free(&s);
	buf_release(&head);
	buf_release(&tail);
	return rc;
}

static bool
is_blank(unsigned c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool
is_line_end(unsigned c)
{
	return c == '\n';
}

static bool
is_label(unsigned c)
{
	return c > 0x20 && c < 0x7f && c != '-';
}

static bool
is_base64(unsigned c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/' || c == '=';
}

static size_t
skip_blanks(struct span s, size_t at)
{
	while (at < s.size && is_blank(s.data[at]))
		at++;
	return at;
}

static size_t
skip_dashes(struct span s, size_t at)
{
	while (at < s.size && s.data[at] == '-')
		at++;
	return at;
}

/* Whether word stands at `at`, in any case; *lower when not in capitals. */
static bool
word_at(struct span s, size_t at, const char *word, bool *lower)
{
	size_t i;

	for (i = 0; word[i]; i++) {
		unsigned c = at + i < s.size ? s.data[at + i] : 0;

		if (c != (unsigned char)word[i] && c != ((unsigned char)word[i] | 0x20U))
			return false;
		if (c != (unsigned char)word[i])
			*lower = true;
	}
	return true;
}

/* BEGIN or END at `at`, and a blank behind it: *at is then the label's first byte. */
static bool
keyword_at(struct span s, size_t *at, struct mark *m)
{
	size_t next;

	if (word_at(s, *at, "BEGIN", &m->odd)) {
		m->begin = true;
		next = *at + 5;
	} else if (word_at(s, *at, "END", &m->odd)) {
		m->begin = false;
		next = *at + 3;
	} else {
		return false;
	}
	if (next >= s.size || (s.data[next] != ' ' && s.data[next] != '\t'))
		return false;
	*at = skip_blanks(s, next);
	if (*at != next + 1)
		m->odd = true;
	return true;
}

/* The label at *at, which becomes its end: to the dashes, or to the end of the line. A single dash
 * within ("X509-CRL") is part of it. */
static bool
label_at(struct span s, size_t *at, struct mark *m)
{
	size_t start = *at;
	size_t end = *at;
	size_t i;

	for (i = *at; i < s.size && i - start <= PEM_LABEL_MAX; i++) {
		bool inner = s.data[i] == '-' && i > start && i + 1 < s.size &&
			     is_label(s.data[i + 1]) && s.data[i - 1] != '-';

		if (is_label(s.data[i]) || inner)
			end = i + 1;
		else if (!is_blank(s.data[i]))
			break;
	}
	m->label = span_part(s, start, end - start);
	*at = end;
	return end > start && end - start <= PEM_LABEL_MAX;
}

/* Prose is no mark: what is not made of five dashes must name what is known. */
static bool
mark_is_plausible(const struct mark *m)
{
	static const char *const known[] = { "CERTIFICATE", "KEY", "CRL",
					     "PKCS",        "CMS", "PARAMETERS" };
	size_t i;

	if (m->left == PEM_DASHES && m->right == PEM_DASHES)
		return true;
	if (m->left < PEM_DASHES_LEAST && m->right < PEM_DASHES_LEAST)
		return false;
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (memmem(m->label.data, m->label.size, known[i], strlen(known[i])))
			return true;
	}
	return false;
}

/* Reads from the keyword on. Without dashes behind the label it must end its line. */
static bool
mark_from_keyword(struct span s, size_t at, struct mark *m)
{
	size_t behind;

	if (!keyword_at(s, &at, m) || !label_at(s, &at, m))
		return false;
	behind = skip_blanks(s, at);
	m->end = skip_dashes(s, behind);
	m->right = m->end - behind;
	if (m->right == 0) {
		m->end = at;
		return behind == s.size || is_line_end(s.data[behind]);
	}
	if (behind != at)
		m->odd = true;
	return true;
}

/* A mark that has lost its dashes on the left: at the beginning of a line, before the dashes at
 * `dashes`. */
static bool
mark_without_left(struct span s, size_t from, size_t dashes, struct mark *m)
{
	size_t at = dashes;

	while (at > from && dashes - at <= PEM_LABEL_MAX + 8 && !is_line_end(s.data[at - 1]))
		at--;
	at = skip_blanks(s, at);
	*m = (struct mark){ .start = at };
	return mark_from_keyword(s, at, m) && m->end > dashes && mark_is_plausible(m);
}

/* The next mark at or behind `from`. */
static bool
mark_find(struct span s, size_t from, struct mark *m)
{
	size_t at = from;

	while (at < s.size) {
		const unsigned char *dash = memchr(s.data + at, '-', s.size - at);
		size_t end;
		size_t word;

		if (!dash)
			return false;
		at = (size_t)(dash - s.data);
		end = skip_dashes(s, at);
		word = skip_blanks(s, end);
		*m = (struct mark){ .start = at, .left = end - at, .odd = word != end };
		if (mark_from_keyword(s, word, m) && mark_is_plausible(m))
			return true;
		if (mark_without_left(s, from, at, m))
			return true;
		at = end;
	}
	return false;
}

/* What is said about a mark. */
static void
mark_note(const struct mark *m, const struct notes *notes)
{
	const char *name = m->begin ? "BEGIN" : "END";

	if (m->left != PEM_DASHES || m->right != PEM_DASHES) {
		notes_add(notes, "dash-missing",
			  "the %s mark of a block has %zu dashes before it and %zu behind it, "
			  "where five each must be",
			  name, m->left, m->right);
	}
	if (m->odd)
		notes_add(notes, "odd-mark",
			  "the %s mark of a block is in lower case or spaced out", name);
}

/* What stands before a BEGIN mark on its line. */
static void
note_before(struct span s, const struct mark *m, const struct notes *notes)
{
	size_t at = m->start;
	bool text = false;

	while (at > 0 && m->start - at <= PEM_LABEL_MAX && !is_line_end(s.data[at - 1])) {
		at--;
		text = text || !is_blank(s.data[at]);
	}
	if (at == m->start)
		return;
	if (text && span_begins(span_part(s, at, m->start - at), SPAN_OF("\xef\xbb\xbf", 3))) {
		notes_add(notes, "bom",
			  "a byte order mark stands before a BEGIN mark: programs skip that block "
			  "without a word");
	} else {
		notes_add(notes, "indented", "%s before a BEGIN mark on its line",
			  text ? "text stands" : "blanks stand");
	}
}

/* The line at the front of *s, without its end, which is taken too. */
static struct span
line_next(struct span *s)
{
	const unsigned char *end = s->size ? memchr(s->data, '\n', s->size) : NULL;
	size_t size = end ? (size_t)(end - s->data) : s->size;
	struct span line = span_part(*s, 0, size);

	*s = span_part(*s, end ? size + 1 : size, SIZE_MAX);
	while (line.size && is_blank(line.data[line.size - 1]))
		line.size--;
	return line;
}

/* Splits what is between the marks into headers and Base64. */
static void
split_headers(struct span inside, struct pem_block *block)
{
	struct span rest = inside;
	struct span before;
	struct span line;
	bool any = false;

	do {
		before = rest;
		line = line_next(&rest);
		if (!line.size && !any && rest.size)
			continue;
		if (!line.size ||
		    !(memchr(line.data, ':', line.size) || (any && is_blank(line.data[0]))))
			break;
		any = true;
	} while (rest.size);
	block->headers = SPAN_NONE;
	block->body = inside;
	if (!any)
		return;
	block->body = line.size ? before : rest;
	block->headers = span_part(inside, 0, inside.size - block->body.size);
}

/* Looks at the lines of a body, once. */
static void
note_lines(struct span body, bool same_line, const struct notes *notes)
{
	bool longer = same_line;
	bool indented = false;

	while (body.size) {
		struct span line = line_next(&body);

		longer = longer || line.size > PEM_LINE_MAX;
		indented = indented || (line.size && is_blank(line.data[0]));
	}
	if (longer) {
		notes_add(notes, "one-long-line",
			  "Base64 is not broken into lines of 64 characters: many programs refuse "
			  "that");
	}
	if (indented && !same_line)
		notes_add(notes, "indented",
			  "lines of Base64 are indented: some programs refuse it");
}

/* The Base64 lines before a lone END mark: back from it, not before `from`. */
static struct span
body_before(struct span s, size_t from, size_t end)
{
	size_t at = end;
	size_t start = end;

	while (at > from && (is_base64(s.data[at - 1]) || is_blank(s.data[at - 1]) ||
			     is_line_end(s.data[at - 1]))) {
		at--;
		if (at == from || is_line_end(s.data[at - 1]))
			start = at;
	}
	return span_part(s, start, end - start);
}

/* Base64 by more than white space. */
static bool
has_base64(struct span s)
{
	size_t i;

	for (i = 0; i < s.size; i++) {
		if (is_base64(s.data[i]))
			return true;
	}
	return false;
}

/* Fills block from what is between begin and end (NULL: to `stop`). */
static void
block_fill(struct pem_block *block, struct span s, const struct mark *begin, size_t stop,
	   const struct notes *notes)
{
	struct span inside = span_part(s, begin->end, stop - begin->end);
	struct span rest = inside;
	bool same_line = line_next(&rest).size > 0;

	block->label = begin->label;
	block->offset = begin->start;
	if (same_line)
		rest = inside;
	split_headers(rest, block);
	mark_note(begin, notes);
	note_before(s, begin, notes);
	note_lines(block->body, same_line, notes);
}

/* A lone END mark, with Base64 before it. */
static bool
block_without_begin(struct pem_block *block, struct span s, size_t from, const struct mark *end)
{
	struct span body = body_before(s, from, end->start);

	if (!has_base64(body))
		return false;
	*block = (struct pem_block){ .label = end->label, .body = body };
	block->offset = (size_t)(body.data - s.data);
	return true;
}

enum rc
pem_next(struct span *text, struct pem_block *block, const struct notes *notes)
{
	struct span s = *text;
	struct mark begin = { .begin = false };
	struct mark end;
	size_t from = 0;
	bool whole;
	size_t stop;

	while (mark_find(s, from, &begin) && !begin.begin) {
		if (block_without_begin(block, s, from, &begin)) {
			*text = span_part(s, begin.end, SIZE_MAX);
			notes_add(notes, "no-begin-line", "a block has an END mark and no BEGIN");
			return RC_OK;
		}
		from = begin.end;
		begin.begin = false;
	}
	if (!begin.begin)
		return RC_NOT_FOUND;
	whole = mark_find(s, begin.end, &end);
	stop = whole ? end.start : s.size;
	block_fill(block, s, &begin, stop, notes);
	if (!whole || end.begin) {
		*text = span_part(s, stop, SIZE_MAX);
		return RC_DAMAGED;
	}
	*text = span_part(s, end.end, SIZE_MAX);
	mark_note(&end, notes);
	if (!span_equal(begin.label, end.label))
		notes_add(notes, "marks-differ", "a block begins as %s and ends as %s",
			  ESC_SPAN(begin.label), ESC_SPAN(end.label));
	return RC_OK;
}
