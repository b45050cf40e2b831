/* What the tests of intake share: files of testdata/pem are read, and what came of it compared. */
#ifndef UNIT_INTAKE_HELP_H
#define UNIT_INTAKE_HELP_H

#include "base/fs.h"
#include "base/text.h"
#include "codec/intake.h"
#include "codec/pem.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FILE_LIMIT = 1 << 20 };

/* What came of one reading. */
struct outcome {
	struct intake in;
	struct buf codes; /* of the notes, each followed by a blank */
	struct buf kinds; /* a letter an item */
	struct err err;
	enum rc rc;
};

/* Notes a code. */
static inline void
collect(void *self, const char *code, const char *message)
{
	assert_true(strlen(message) > 0);
	buf_printf(self, "%s ", code);
}

/* A file of testdata/pem. */
static inline void
load(struct buf *out, const char *name)
{
	const char *top = getenv("top_srcdir");
	char path[1024];

	if (!top)
		skip();
	(void)snprintf(path, sizeof(path), "%s/testdata/pem/%s", top, name);
	assert_int_equal(fs_read(out, path, FILE_LIMIT, NULL, NULL), RC_OK);
}

/* The DER of a file with one block. */
static inline void
load_der(struct buf *out, const char *name)
{
	struct buf file = BUF_INIT;
	struct pem_block block;
	struct span text;

	load(&file, name);
	text = buf_span(&file);
	assert_int_equal(pem_next(&text, &block, NULL), RC_OK);
	assert_int_equal(text_get_base64(out, block.body, NULL), RC_OK);
	buf_release(&file);
}

/* Reads file, which is taken over. */
static inline void
read_with(struct outcome *o, struct buf *file, const char *pass, const char *key_pass)
{
	static const char letters[] = "CRLKXPMU";
	struct secret *p = NULL;
	struct secret *k = NULL;
	struct notes notes = { collect, &o->codes };
	struct intake_options options = { .problems = &notes };
	size_t i;

	if (pass)
		assert_int_equal(secret_from(&p, span_text(pass)), RC_OK);
	if (key_pass)
		assert_int_equal(secret_from(&k, span_text(key_pass)), RC_OK);
	options.pass = p;
	options.key_pass = k;
	o->rc = intake_read(&o->in, file, &options, &o->err);
	for (i = 0; i < o->in.count; i++)
		buf_put_byte(&o->kinds, (unsigned char)letters[o->in.items[i].kind]);
	assert_int_equal(o->err.rc, o->rc);
	assert_int_equal(file->size, 0);
	secret_free(&p);
	secret_free(&k);
}

/* Releases an outcome. */
static inline void
done(struct outcome *o)
{
	intake_release(&o->in);
	buf_release(&o->codes);
	buf_release(&o->kinds);
	*o = (struct outcome){ .rc = RC_OK };
}

/* Fails unless all is as expected; why names the case. */
static inline void
expect(struct outcome *o, const char *why, enum rc rc, const char *kinds, const char *codes)
{
	if (o->rc != rc || strcmp(buf_text(&o->kinds), kinds) != 0 ||
	    strcmp(buf_text(&o->codes), codes) != 0)
		fail_msg("%s: %s (%s), items '%s', codes '%s'", why, rc_code(o->rc), o->err.message,
			 buf_text(&o->kinds), buf_text(&o->codes));
}

/* The same for format and encoding. */
static inline void
expect_format(struct outcome *o, const char *why, const char *format, const char *encoding)
{
	const char *f = o->in.format ? o->in.format : "-";
	const char *e = o->in.encoding ? o->in.encoding : "-";

	if (strcmp(f, format) != 0 || strcmp(e, encoding) != 0)
		fail_msg("%s: format %s, encoding %s", why, f, e);
}

/* Puts new_text in the place of each old. */
static inline void
replace(struct buf *file, const char *old, const char *new_text)
{
	struct buf out = BUF_INIT;
	struct span rest = buf_span(file);
	const unsigned char *at;

	while (rest.size && (at = memmem(rest.data, rest.size, old, strlen(old)))) {
		buf_put(&out, span_part(rest, 0, (size_t)(at - rest.data)));
		buf_put_text(&out, new_text);
		rest = span_part(rest, (size_t)(at - rest.data) + strlen(old), SIZE_MAX);
	}
	buf_put(&out, rest);
	buf_release(file);
	*file = out;
}

/* Damage that text and DER have in common. */
static inline void
add_bom(struct buf *file)
{
	buf_insert(file, 0, span_text("\xef\xbb\xbf"));
}

static inline void
to_crlf(struct buf *file)
{
	replace(file, "\n", "\r\n");
}

#endif
