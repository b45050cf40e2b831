/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a file holds: which way it is read, and the list of what was found. */
#include "codec/intake.h"

#include "base/text.h"
#include "codec/intake-parts.h"
#include "codec/pem.h"
#include "codec/stash.h"
#include "pki/der.h"

#include <stdlib.h>
#include <string.h>

enum {
	ROOM_FIRST = 8,
	FAILURES_TOLD = 16, /* of a file; more of them tell nothing new */
};

static const char pem_begin[] = "-----BEGIN ";

const char *
item_kind_name(enum item_kind kind)
{
	static const char *const names[] = {
		[ITEM_CERT] = "certificate",
		[ITEM_CSR] = "request",
		[ITEM_CRL] = "revocation list",
		[ITEM_KEY] = "private key",
		[ITEM_LOCKED_KEY] = "encrypted private key",
		[ITEM_PUBLIC_KEY] = "public key",
		[ITEM_PARAMS] = "parameters",
		[ITEM_UNKNOWN] = "unknown block",
	};

	return names[kind];
}

static void
item_release(struct item *item)
{
	piece_release(&item->der);
	piece_release(&item->label);
	secret_free(&item->key);
}

void
intake_release(struct intake *in)
{
	size_t i;

	for (i = 0; i < in->count; i++)
		item_release(&in->items[i]);
	free(in->items);
	kdb_release(&in->db);
	pw_free(&in->pw);
	*in = (struct intake)INTAKE_INIT;
}

void
intake_cut(struct intake_reader *r, size_t count)
{
	while (r->out->count > count)
		item_release(&r->out->items[--r->out->count]);
}

/* A new, empty item at the end of the list. */
static enum rc
item_new(struct intake_reader *r, struct item **item)
{
	struct intake *in = r->out;
	size_t room = in->room ? 2 * in->room : ROOM_FIRST;
	struct item *items;

	if (in->count >= INTAKE_ITEMS_MAX)
		return RC_LIMIT;
	if (in->count == in->room) {
		items = realloc(in->items, room * sizeof(*items));
		if (!items)
			return RC_NO_MEMORY;
		in->items = items;
		in->room = room;
	}
	*item = &in->items[in->count];
	**item = (struct item){ .trusted = true, .partner = -1, .offset = r->offset };
	if (r->label.size && piece_copy(&(*item)->label, r->label))
		return RC_NO_MEMORY;
	in->count++;
	return RC_OK;
}

enum rc
intake_add(struct intake_reader *r, enum item_kind kind, struct span der)
{
	struct item *item;
	enum rc rc = item_new(r, &item);

	if (rc)
		return rc;
	item->kind = kind;
	if (r->home)
		item->der = piece_of(der, r->home);
	else if (der.size)
		rc = piece_copy(&item->der, der);
	if (rc)
		intake_cut(r, r->out->count - 1);
	return rc;
}

enum rc
intake_add_key(struct intake_reader *r, struct secret **key)
{
	struct item *item;
	enum rc rc = item_new(r, &item);

	if (rc) {
		secret_free(key);
		return rc;
	}
	item->kind = ITEM_KEY;
	item->key = *key;
	*key = NULL;
	return RC_OK;
}

void
intake_is(struct intake_reader *r, const char *format)
{
	static const char params[] = "parameters";
	const char *had = r->out->format;

	/* Those before a key belong to it, and make no mixture. */
	if (!had || !strcmp(had, params))
		r->out->format = format;
	else if (strcmp(had, format) != 0 && strcmp(format, params) != 0)
		r->mixed = true;
}

void
intake_failed(struct intake_reader *r, const struct err *words)
{
	if (!r->failed) {
		r->failed = words->rc;
		r->words = *words;
	}
	if (r->failures < FAILURES_TOLD)
		notes_add(r->notes, r->code ? r->code : "damaged", "%s", words->message);
	r->code = NULL;
	r->failures++;
}

/* A passphrase of the caller's, copied into a new struct pw. */
static enum rc
pw_of(struct intake_reader *r, const struct secret *pass, struct pw **pw)
{
	struct secret *copy = NULL;
	enum rc rc = secret_copy(&copy, pass);

	if (!rc)
		rc = pw_new(pw, &copy, r->options->max_iterations);
	if (!rc && r->options->approved)
		pw_want_approved(*pw);
	return rc;
}

enum rc
intake_pw(struct intake_reader *r, bool for_key, struct pw **pw)
{
	const struct intake_options *o = r->options;
	bool own = for_key && o->key_pass && o->key_pass != o->pass;
	struct pw **slot = own ? &r->key_pw : &r->out->pw;
	const struct secret *pass = own ? o->key_pass : o->pass;
	enum rc rc = RC_OK;

	if (pass && !*slot)
		rc = pw_of(r, pass, slot);
	*pw = *slot;
	return rc;
}

/* What begins like text, or has a mark somewhere and does not begin like DER. */
static bool
looks_like_text(struct span file)
{
	if (pem_is_text(file))
		return true;
	return file.data[0] != DER_SEQUENCE &&
	       memmem(file.data, file.size, pem_begin, strlen(pem_begin));
}

static bool
only_zeros(struct span file)
{
	size_t i;

	for (i = 0; i < file.size; i++) {
		if (file.data[i])
			return false;
	}
	return true;
}

/* Files that hold no object: refused, or known by name only. RC_OK: go on. */
static enum rc
refuse(struct intake_reader *r, struct span file, struct err *err)
{
	const char *name = intake_later(file);

	if (!file.size)
		return err_set(err, RC_UNKNOWN_FORMAT, "it is empty");
	if (only_zeros(file))
		return err_set(err, RC_UNKNOWN_FORMAT, "it holds nothing but %zu zero bytes",
			       file.size);
	if (name) {
		r->out->format = name;
		r->out->encoding = "binary";
		return err_set(err, RC_UNSUPPORTED,
			       "it is a key database of the format %s, which is not yet read",
			       name);
	}
	name = intake_foreign(file, false);
	if (name)
		return err_set(err, RC_UNSUPPORTED, "it is %s, which is not read", name);
	return RC_OK;
}

/* A SEQUENCE that is whole, or cut: any byte may come first in a stash, that of DER, too. */
static bool
may_be_der(struct span bytes)
{
	return bytes.data[0] == DER_SEQUENCE && (bytes.data[1] == bytes.size - 2 ||
						 (bytes.data[1] >= 0x80 && bytes.data[1] <= 0x84));
}

static bool
is_stash(struct span bytes)
{
	if (!stash_probe(bytes) || text_is_utf8(bytes))
		return false;
	return stash_is_checked(bytes) || !may_be_der(bytes);
}

static enum rc
read_any(struct intake_reader *r, struct buf *file, struct err *err)
{
	struct span bytes = buf_span(file);
	enum rc rc;

	if (file->size > INTAKE_FILE_MAX)
		return err_set(err, RC_LIMIT, "it has %zu bytes, the limit is %d", file->size,
			       INTAKE_FILE_MAX);
	rc = refuse(r, bytes, err);
	if (rc)
		return rc;
	if (codec_cms.probe(bytes) == PROBE_YES)
		return intake_cms(r, file, err);
	/* Its bytes are all above 0x7f but for a few: Latin-1 text, if text at all. */
	if (is_stash(bytes)) {
		r->out->format = "stash";
		r->out->encoding = "binary";
		return RC_OK;
	}
	if (looks_like_text(bytes))
		return intake_text(r, file, err);
	return intake_binary(r, file, err);
}

/* One failure for all: the first that was met, or a passphrase that opened nothing. */
static enum rc
conclude(struct intake_reader *r, struct err *err)
{
	if (r->mixed)
		r->out->format = "pem";
	if (r->failed) {
		if (err)
			*err = r->words;
		return r->failed;
	}
	if (r->wrong && !r->opened)
		return err_set(err, RC_WRONG_SECRET, "wrong passphrase (the file is intact)");
	err_clear(err); /* of what was tried before it was read otherwise */
	return RC_OK;
}

enum rc
intake_read(struct intake *out, struct buf *file, const struct intake_options *options,
	    struct err *err)
{
	struct intake_reader r = { .out = out, .options = options, .notes = options->problems };
	enum rc rc = read_any(&r, file, err);

	if (!rc) {
		rc = conclude(&r, err);
	} else if (rc == RC_LIMIT && out->count >= INTAKE_ITEMS_MAX) {
		err_set(err, rc, "it holds more than %d things, which is the limit",
			INTAKE_ITEMS_MAX);
	} else {
		err_default(err, rc);
	}
	if (!r.opened && !out->db.verified)
		pw_free(&out->pw);
	pw_free(&r.key_pw);
	blob_unref(&r.home);
	buf_release(file);
	return rc;
}
