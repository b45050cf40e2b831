/* The information screens, caught: for their tests. */
#ifndef TESTS_INFO_SCREEN_H
#define TESTS_INFO_SCREEN_H

#include "forge.h"
#include "hex.h"
#include "kdb-make.h"

#include "ui/info.h"

#include <stdlib.h>

/* An AlgorithmIdentifier, and a key. */
static const char ed25519_alg[] = "300506032b6570";
static const char ed25519_spki[] =
    "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/* A screen, caught. */
struct screen {
	struct out out;
	FILE *file;
	char *text;
	size_t size;
};

static inline void
screen_start(struct screen *s)
{
	s->file = open_memstream(&s->text, &s->size);
	assert_non_null(s->file);
	out_start(&s->out, s->file);
}

static inline void
screen_end(struct screen *s)
{
	struct err err = ERR_INIT;

	assert_int_equal(out_finish(&s->out, &err), RC_OK);
	(void)fclose(s->file);
}

enum which { CERTIFICATE, BRIEF, KEY, EXTENSIONS, EXTENSION };

/* The text of one, which the caller frees. */
static inline char *
shown(enum which which, const struct info *info, size_t n)
{
	struct screen s;

	screen_start(&s);
	switch (which) {
	case CERTIFICATE:
	case BRIEF:
		info_put_certificate(&s.out, info, which == BRIEF);
		break;
	case KEY:
		info_put_key(&s.out, info);
		break;
	case EXTENSIONS:
		info_put_extensions(&s.out, info);
		break;
	case EXTENSION:
		info_put_extension(&s.out, info, n);
		break;
	}
	screen_end(&s);
	return s.text;
}

static inline void
assert_shown(enum which which, const struct info *info, const char *wanted)
{
	char *text = shown(which, info, 0);

	assert_string_equal(text, wanted);
	free(text);
}

/* True when the screen has this line, blanks and all. */
static inline bool
has_line(const char *text, const char *line)
{
	const char *at = text;

	while ((at = strstr(at, line)) != NULL) {
		if ((at == text || at[-1] == '\n') && at[strlen(line)] == '\n')
			return true;
		at++;
	}
	return false;
}

static inline void
assert_line(enum which which, const struct info *info, const char *line)
{
	char *text = shown(which, info, 0);

	if (!has_line(text, line))
		fail_msg("'%s' is missing:\n%s", line, text);
	free(text);
}

/* No byte that a terminal would take for more than text. */
static inline void
assert_safe(const char *text)
{
	struct span rest = span_text(text);
	int32_t point;

	while ((point = text_next(&rest)) != -2) {
		assert_true(point >= 0);
		assert_true(point == '\n' || !text_is_control((uint32_t)point));
	}
}

/* An entry with a certificate, which db keeps. */
static inline struct row
add(struct kdb *db, enum entry_kind kind, const char *label, struct span der)
{
	struct entry *e = make_entry(kind, label, NULL, kind == ENTRY_CERT ? NULL : label);
	struct row row = { .entry = e };

	assert_int_equal(piece_copy(&e->cert, der), RC_OK);
	assert_int_equal(kdb_add(db, e, NULL), RC_OK);
	entry_unref(&e);
	return row;
}

#endif
