/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text: its blocks one after the other, or Base64 without any. */
#include "base/text.h"
#include "codec/codec.h"
#include "codec/intake-parts.h"
#include "codec/pem.h"
#include "pki/der.h"

#include <string.h>

enum {
	POOL_SLACK = 64,      /* bytes beyond the file's that the decoder may ask for */
	NAME_MAX_SIZE = 1024, /* of a friendlyName; longer ones are no names */
	SEEN_MAX = 16,
	MARKS_TOLD = 200,     /* bytes of unknown marks in a message */
	UNKNOWN_MAX = 10000,  /* blocks that are not known; more of them tell nothing new */
	FAILURES_MAX = 10000, /* blocks that cannot be read, until no others are looked at */
};

enum mark_kind { MARK_UNKNOWN, MARK_OPEN, MARK_PRIVATE, MARK_CONTAINER };

static const struct {
	const char *label;
	enum mark_kind kind;
} marks[] = {
	{ "CERTIFICATE", MARK_OPEN },
	{ "X509 CERTIFICATE", MARK_OPEN },
	{ "X.509 CERTIFICATE", MARK_OPEN },
	{ "CA CERTIFICATE", MARK_OPEN },
	{ "TRUSTED CERTIFICATE", MARK_OPEN },
	{ "CERTIFICATE REQUEST", MARK_OPEN },
	{ "NEW CERTIFICATE REQUEST", MARK_OPEN },
	{ "X509 CRL", MARK_OPEN },
	{ "CRL", MARK_OPEN },
	{ "PKCS7", MARK_OPEN },
	{ "PKCS #7 SIGNED DATA", MARK_OPEN },
	{ "CERTIFICATE CHAIN", MARK_OPEN },
	{ "CMS", MARK_OPEN },
	{ "PUBLIC KEY", MARK_OPEN },
	{ "RSA PUBLIC KEY", MARK_OPEN },
	{ "EC PARAMETERS", MARK_OPEN },
	{ "DH PARAMETERS", MARK_OPEN },
	{ "X9.42 DH PARAMETERS", MARK_OPEN },
	{ "DSA PARAMETERS", MARK_OPEN },
	{ "PRIVATE KEY", MARK_PRIVATE },
	{ "ENCRYPTED PRIVATE KEY", MARK_PRIVATE },
	{ "RSA PRIVATE KEY", MARK_PRIVATE },
	{ "EC PRIVATE KEY", MARK_PRIVATE },
	{ "DSA PRIVATE KEY", MARK_PRIVATE },
	{ "ANY PRIVATE KEY", MARK_PRIVATE },
	{ "PKCS12", MARK_CONTAINER },
};

/* Says each thing once a file: ten thousand blocks are indented alike. */
struct once {
	const struct notes *to;
	const char *seen[SEEN_MAX];
	size_t count;
};

/* One text. */
struct pem_reader {
	struct intake_reader *r;
	struct span text; /* whole */
	struct pem_block block;
	size_t blocks;
	const char *foreign;
	struct buf unknown; /* marks, for words */
	size_t unknown_count;
	struct once once;
	struct notes notes;
	size_t line; /* of the last block that was asked for, counted from counted on */
	size_t counted;
};

static void
say_once(void *self, const char *code, const char *message)
{
	struct once *once = self;
	size_t i;

	for (i = 0; i < once->count; i++) {
		if (!strcmp(once->seen[i], code))
			return;
	}
	if (once->count < SEEN_MAX)
		once->seen[once->count++] = code;
	notes_add(once->to, code, "%s", message);
}

static enum mark_kind
mark_kind(struct span label)
{
	unsigned first = label.size ? label.data[0] | 0x20U : 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		/* There may be millions of them. */
		if (((unsigned char)marks[i].label[0] | 0x20U) == first &&
		    text_equal_folded(label, span_text(marks[i].label)))
			return marks[i].kind;
	}
	return MARK_UNKNOWN;
}

/* The line of the block, counted on from the last time. */
static size_t
line_of(struct pem_reader *p)
{
	for (; p->counted < p->block.offset; p->counted++)
		p->line += p->text.data[p->counted] == '\n';
	return p->line + 1;
}

/* Bytes without blanks around them. */
static struct span
trim(struct span s)
{
	while (s.size && s.data[0] <= ' ')
		s = span_part(s, 1, SIZE_MAX);
	while (s.size && s.data[s.size - 1] <= ' ')
		s.size--;
	return s;
}

/* The value of the last line "NAME: value" in s; empty when there is none. */
static struct span
find_value(struct span s, const char *name)
{
	struct span value = SPAN_NONE;
	size_t size = strlen(name);

	while (s.size >= size) {
		const unsigned char *at = memmem(s.data, s.size, name, size);
		const unsigned char *end;

		if (!at)
			break;
		s = span_part(s, (size_t)(at - s.data) + size, SIZE_MAX);
		end = s.size ? memchr(s.data, '\n', s.size) : NULL;
		value = trim(span_part(s, 0, end ? (size_t)(end - s.data) : s.size));
	}
	return value;
}

/* The name that OpenSSL writes between the blocks that it takes out of a PKCS#12 file. */
static struct span
friendly_name(struct span between)
{
	struct span name = find_value(between, "friendlyName:");

	return name.size <= NAME_MAX_SIZE && text_is_utf8(name) ? name : SPAN_NONE;
}

static enum rc
no_base64(struct pem_reader *p, enum rc rc, size_t where, struct err *err)
{
	if (rc != RC_DAMAGED)
		return err_default(err, rc);
	if (where < p->block.body.size)
		return err_set(err, rc, "byte %zu of its text is no Base64", where + 1);
	p->r->code = "truncated";
	return err_set(err, rc, "its Base64 is cut off");
}

/* What may be private goes from the text into a secret. */
static enum rc
read_private(struct pem_reader *p, struct err *err)
{
	struct intake_reader *r = p->r;
	struct blob *home = r->home;
	struct secret *der = NULL;
	size_t where = 0;
	enum rc rc = text_get_base64_secret(&der, p->block.body, &where);

	if (rc) {
		rc = no_base64(p, rc, where, err);
	} else {
		r->home = NULL;
		rc = intake_object(r, secret_span(der), err);
		r->home = home;
	}
	secret_free(&der);
	return rc;
}

/* The rest goes into one pool for all, which has the room, so that it never moves. */
static enum rc
read_open(struct pem_reader *p, struct err *err)
{
	struct intake_reader *r = p->r;
	struct buf *pool = blob_buf(r->home);
	const unsigned char *data = pool->data;
	size_t before = pool->size;
	size_t where = 0;
	enum rc rc = text_get_base64(pool, p->block.body, &where);

	if (pool->data != data)
		return err_default(err, pool->bad ? RC_NO_MEMORY : RC_INTERNAL);
	if (rc)
		return no_base64(p, rc, where, err);
	return intake_object(r, span_part(buf_span(pool), before, SIZE_MAX), err);
}

static enum rc
read_container(struct pem_reader *p, struct err *err)
{
	struct buf der = BUF_INIT;
	size_t where = 0;
	enum rc rc = text_get_base64(&der, p->block.body, &where);

	rc = rc ? no_base64(p, rc, where, err) : intake_container(p->r, &der, err);
	buf_release(&der);
	return rc;
}

/* A block that is not known is named by its mark. */
static enum rc
read_unknown(struct pem_reader *p, struct err *err)
{
	struct intake_reader *r = p->r;
	const char *foreign = intake_foreign_mark(p->block.label);
	struct blob *home = r->home;
	enum rc rc;

	if (foreign)
		p->foreign = foreign;
	if (p->unknown.size < MARKS_TOLD) {
		buf_put_text(&p->unknown, p->unknown.size ? ", " : "");
		buf_put(&p->unknown, p->block.label);
	}
	if (++p->unknown_count > UNKNOWN_MAX)
		return RC_OK;
	r->label = p->block.label;
	r->home = NULL;
	rc = intake_add(r, ITEM_UNKNOWN, SPAN_NONE);
	r->home = home;
	return rc ? err_default(err, rc) : RC_OK;
}

static enum rc
read_known(struct pem_reader *p, enum mark_kind kind, struct err *err)
{
	struct span info = find_value(p->block.headers, "DEK-Info:");

	switch (kind) {
	case MARK_PRIVATE:
		if (info.size)
			return intake_dek(p->r, info, p->block.body, err);
		return read_private(p, err);
	case MARK_CONTAINER:
		return read_container(p, err);
	case MARK_OPEN:
	case MARK_UNKNOWN:
		break;
	}
	return read_open(p, err);
}

/* A failure of one block: kept, with its place, and the next is read. What would fail for all
 * others too is handed back. */
static enum rc
block_failed(struct pem_reader *p, enum rc rc, bool whole, struct err *words)
{
	if (rc == RC_NO_MEMORY || rc == RC_INTERNAL || p->r->out->count >= INTAKE_ITEMS_MAX)
		return rc;
	if (rc == RC_UNKNOWN_FORMAT)
		err_set(words, RC_DAMAGED, "nothing in it is recognised");
	if (!whole) {
		p->r->code = "truncated";
		err_set(words, RC_DAMAGED, "it has no END mark, and what there is cannot be read");
	}
	err_prefix(words, "block %zu (%s, line %zu)", p->blocks, ESC_SPAN(p->block.label),
		   line_of(p));
	intake_failed(p->r, words);
	return RC_OK;
}

static enum rc
read_block(struct pem_reader *p, size_t from, bool whole, struct err *err)
{
	enum mark_kind kind = mark_kind(p->block.label);
	struct intake_reader *r = p->r;
	struct err words = ERR_INIT;
	enum rc rc;

	p->blocks++;
	r->offset = p->block.offset;
	r->mark = p->block.label;
	r->label = friendly_name(span_part(p->text, from, p->block.offset - from));
	if (kind == MARK_UNKNOWN)
		return read_unknown(p, err);
	rc = read_known(p, kind, &words);
	if (!rc && !whole)
		say_once(&p->once, "end-missing", "a block has no END mark");
	if (!rc)
		return RC_OK;
	rc = block_failed(p, rc, whole, &words);
	if (rc && err)
		*err = words;
	return rc;
}

static enum rc
read_blocks(struct pem_reader *p, struct err *err)
{
	struct span rest = p->text;
	enum rc rc = RC_OK;

	while (!rc && p->r->failures < FAILURES_MAX) {
		size_t from = (size_t)(rest.data - p->text.data);
		enum rc found = pem_next(&rest, &p->block, &p->notes);

		if (found == RC_NOT_FOUND)
			break;
		p->block.offset += from;
		rc = read_block(p, from, !found, err);
	}
	if (p->r->failures == FAILURES_MAX) {
		notes_add(p->r->notes, "damaged",
			  "behind %d blocks that cannot be read no others were looked at",
			  FAILURES_MAX);
	}
	p->r->label = SPAN_NONE;
	p->r->mark = SPAN_NONE;
	return rc;
}

/* A whole file of Base64: what is no key or container lies in a buffer of its own. */
static enum rc
read_bare(struct pem_reader *p, struct secret *der, struct err *err)
{
	struct span bytes = secret_span(der);
	struct intake_reader *r = p->r;
	struct blob *home = r->home;
	struct buf copy = BUF_INIT;
	enum rc rc;

	if (codec_pkcs12.probe(bytes) == PROBE_YES) {
		buf_put(&copy, bytes);
		rc = buf_rc(&copy);
		if (!rc)
			rc = intake_container(r, &copy, err);
		buf_release(&copy);
		return rc;
	}
	r->home = NULL;
	rc = intake_object(r, bytes, err);
	r->home = home;
	return rc;
}

/* Text without a block. */
static enum rc
read_rest(struct pem_reader *p, struct err *err)
{
	struct span text = trim(p->text);
	const char *name = intake_foreign(text, true);
	struct secret *der = NULL;
	enum rc rc;

	if (!text.size)
		return err_set(err, RC_UNKNOWN_FORMAT, "it holds nothing but blanks");
	if (name)
		return err_set(err, RC_UNSUPPORTED, "it is %s, which is not read", name);
	rc = text_get_base64_secret(&der, text, NULL);
	if (!rc && der_peek(secret_span(der)) == DER_SEQUENCE)
		rc = read_bare(p, der, err);
	else if (rc != RC_NO_MEMORY)
		rc = RC_UNKNOWN_FORMAT;
	secret_free(&der);
	if (rc == RC_UNKNOWN_FORMAT)
		return err_set(err, rc, "it is text without a certificate, request or key in it");
	if (!p->r->out->format)
		return rc ? err_default(err, rc) : RC_OK;
	p->r->out->encoding = "base64";
	notes_add(p->r->notes, "no-begin-line",
		  "it is Base64 without BEGIN and END: hardly any program reads that");
	return rc;
}

/* Blocks were there, and none that is known. */
static enum rc
only_unknown(struct pem_reader *p, struct err *err)
{
	if (p->r->out->format || p->r->failed)
		return RC_OK;
	if (p->foreign)
		return err_set(err, RC_UNSUPPORTED, "it is %s, which is not read", p->foreign);
	return err_set(err, RC_UNKNOWN_FORMAT, "its blocks are not known: %s",
		       ESC_SPAN(buf_span(&p->unknown)));
}

static enum rc
read_text(struct pem_reader *p, struct err *err)
{
	struct buf pool = BUF_INIT;
	enum rc rc;

	buf_reserve(&pool, p->text.size + POOL_SLACK);
	rc = buf_rc(&pool);
	if (!rc)
		rc = blob_new(&p->r->home, &pool);
	if (!rc)
		rc = read_blocks(p, err);
	if (rc)
		return err_default(err, rc);
	if (!p->blocks)
		return read_rest(p, err);
	return only_unknown(p, err);
}

static enum rc
ebcdic(struct err *err)
{
	err_set(err, RC_UNSUPPORTED, "it is PEM in EBCDIC");
	return err_hint(err, "transfer it as text, so that it is translated");
}

enum rc
intake_text(struct intake_reader *r, struct buf *file, struct err *err)
{
	struct pem_reader p = { .r = r, .unknown = BUF_INIT, .once = { .to = r->notes } };
	enum rc rc;

	p.notes = (struct notes){ .note = say_once, .self = &p.once };
	rc = pem_plain_text(file, &p.notes);
	if (rc == RC_UNSUPPORTED)
		return ebcdic(err);
	if (rc)
		return err_default(err, rc);
	p.text = buf_span(file);
	rc = read_text(&p, err);
	if (r->out->format && (!r->out->encoding || p.blocks))
		r->out->encoding = "pem";
	buf_release(&p.unknown);
	return rc;
}
