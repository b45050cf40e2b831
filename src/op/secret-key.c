/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret create, add, export: symmetric keys. */

#include "op/secret-key.h"
#include "base/env.h"
#include "base/text.h"
#include "model/select.h"
#include "op/entry-make.h"
#include "op/ops.h"
#include "pki/key.h"

enum {
	SIZE_MIN = 112, /* NIST SP 800-131A: less is no protection any more */
	SIZE_MOST = 4096,
	BYTE_BITS = 8,
};

enum rc
secret_key_open(struct secret **raw, const struct entry *e, struct pw *pw, struct err *err)
{
	struct secret *pkcs8 = NULL;
	enum rc rc;

	*raw = NULL;
	rc = codec_open_key(&pkcs8, e, pw, err);
	if (!rc) {
		rc = key_unwrap_secret(raw, pkcs8);
		if (rc)
			rc = err_set(err, rc, "the secret key of '%s' cannot be read: %s",
				     ESC_SPAN(entry_label(e)), rc_text(rc));
	}
	secret_free(&pkcs8);
	return rc;
}

unsigned
secret_key_bits(const struct entry *e, struct pw *pw)
{
	struct secret *raw = NULL;
	unsigned bits = 0;

	if (e->kind == ENTRY_SECRET && !secret_key_open(&raw, e, pw, NULL))
		bits = (unsigned)secret_size(raw) * BYTE_BITS;
	secret_free(&raw);
	return bits;
}

enum rc
secret_key_ask(struct op_call *c, const struct entry *there, const struct entry *e)
{
	if (there->kind != ENTRY_SECRET || (e && entry_same(there, e, c->pw)))
		return RC_OK;
	return result_confirm(c->result,
			      "The secret key of '%s' goes, and cannot be brought back. Go on?",
			      ESC_SPAN(entry_label(there)));
}

static enum rc
take_size(size_t *bytes, const struct args *args, struct err *err)
{
	uint64_t bits = args->number[P_SIZE];

	if (!args->given[P_SIZE]) {
		return err_set(err, RC_USAGE,
			       "--size BITS is missing: 128, 192 or 256 for AES, 256 and more "
			       "for HMAC");
	}
	if (bits % BYTE_BITS || bits > SIZE_MOST || !bits)
		return err_set(err, RC_USAGE, "--size takes %d to %d bits, in whole bytes",
			       SIZE_MIN, SIZE_MOST);
	if (bits < SIZE_MIN) {
		(void)err_set(err, RC_WEAK, "a secret key of %u bits is too weak", (unsigned)bits);
		return err_hint(err, "--size takes %d or more", SIZE_MIN);
	}
	*bytes = (size_t)bits / BYTE_BITS;
	return RC_OK;
}

/* A new entry with these bytes. */
static enum rc
make_entry(struct entry **e, const char *label, const struct secret *raw)
{
	enum rc rc;

	*e = entry_new(ENTRY_SECRET);
	if (!*e)
		return RC_NO_MEMORY;
	(*e)->flags = ENTRY_TRUSTED;
	rc = piece_copy(&(*e)->label, span_text(label));
	if (!rc)
		rc = key_wrap_secret(&(*e)->open_key, raw);
	if (rc)
		entry_unref(e);
	return rc;
}

static enum rc
put_secret(struct op_call *c, const char *label, const struct secret *raw, struct err *err)
{
	const struct entry *there = kdb_find_folded(c->db, span_text(label));
	enum if_exists how = if_exists_of(c->args);
	struct entry *e = NULL;
	enum rc rc = make_entry(&e, label, raw);

	if (rc)
		goto out;
	if (there && how == IF_EXISTS_KEEP) {
		if (!entry_same(there, e, c->pw))
			rc = err_set(err, RC_CONFLICT, "'%s' is there, and is not this key",
				     ESC(label));
		goto out;
	}
	if (there && how == IF_EXISTS_REPLACE)
		rc = secret_key_ask(c, there, e);
	if (!rc)
		rc = entry_put(c->db, e, how, err);
out:
	entry_unref(&e);
	return err_default(err, rc);
}

static enum rc
make_secret(struct op_call *c, const char *label, size_t size, struct err *err)
{
	struct secret *raw = NULL;
	enum rc rc = secret_new(&raw, size);

	if (!rc)
		rc = env_random(secret_data(raw), size);
	if (!rc)
		rc = put_secret(c, label, raw, err);
	secret_free(&raw);
	return err_default(err, rc);
}

static enum rc
secret_create(struct op_call *c, struct err *err)
{
	const char *label = c->args->words.items[0];
	const struct entry *there;
	size_t size = 0;
	enum rc rc;

	rc = label_check(span_text(label), err);
	if (!rc)
		rc = take_size(&size, c->args, err);
	if (rc)
		return rc;
	there = kdb_find_folded(c->db, span_text(label));
	if (there && if_exists_of(c->args) == IF_EXISTS_FAIL)
		return entry_label_free(c->db, label, err);
	if (!there || if_exists_of(c->args) == IF_EXISTS_REPLACE)
		return make_secret(c, label, size, err);
	if (secret_key_bits(there, c->pw) == size * BYTE_BITS)
		return RC_OK;
	return err_set(err, RC_CONFLICT, "'%s' is there, and is no secret key of %zu bits",
		       ESC(label), size * BYTE_BITS);
}

/* Keys of random bytes do not look like text; text in their place is a mistake. */
static bool
is_text(struct span bytes)
{
	for (size_t i = 0; i < bytes.size; i++) {
		unsigned c = bytes.data[i];

		if ((c < ' ' && c != '\n' && c != '\r' && c != '\t') || c > '~')
			return false;
	}
	return true;
}

static void
tell_bytes(struct op_call *c, const char *path, struct span bytes)
{
	struct warnings *w = &c->result->warnings;

	if (is_text(bytes)) {
		warnings_add(w, "text-as-key",
			     "'%s' is text: its characters are the key as they stand, and so is a "
			     "line feed at the end",
			     ESC(path));
	}
	if (bytes.size * BYTE_BITS < SIZE_MIN)
		warnings_add(w, "weak", "a secret key of %zu bits is too weak to protect much",
			     bytes.size * BYTE_BITS);
}

/* The file's bytes as they are. */
static enum rc
read_raw(struct op_call *c, const char *path, struct secret **raw, struct err *err)
{
	struct buf file = BUF_INIT;
	enum rc rc = c->services->read(c->services->self, path, &file, err);

	if (rc)
		goto out;
	if (!file.size)
		rc = err_set(err, RC_UNKNOWN_FORMAT, "'%s' is empty: it holds no key", ESC(path));
	else if (file.size > KEY_SECRET_MAX) {
		rc = err_set(err, RC_LIMIT,
			     "'%s' is longer than a secret key may be: %d bytes, the bytes of the "
			     "key alone",
			     ESC(path), KEY_SECRET_MAX);
	} else {
		rc = secret_from(raw, buf_span(&file));
	}
out:
	buf_release(&file);
	return err_default(err, rc);
}

static enum rc
secret_add(struct op_call *c, struct err *err)
{
	const char *label = c->args->words.items[0];
	const char *path = c->args->words.items[1];
	struct secret *raw = NULL;
	enum rc rc;

	rc = label_check(span_text(label), err);
	if (!rc)
		rc = read_raw(c, path, &raw, err);
	if (!rc)
		rc = put_secret(c, label, raw, err);
	if (!rc)
		tell_bytes(c, path, secret_span(raw));
	secret_free(&raw);
	return rc;
}

static enum rc
secret_export(struct op_call *c, struct err *err)
{
	const char *label = c->args->words.items[0];
	const struct entry *e = NULL;
	struct secret *raw = NULL;
	enum rc rc;

	if (!c->args->given[P_OUT])
		return err_set(err, RC_USAGE, "--out FILE is missing: where the key goes");
	rc = select_entry(&e, c->db, label, err);
	if (rc)
		return rc;
	if (e->kind != ENTRY_SECRET) {
		(void)err_set(err, RC_USAGE, "'%s' is no secret key", ESC(label));
		return err_hint(err, "'kyman cert export' writes certificates and their keys");
	}
	rc = secret_key_open(&raw, e, c->pw, err);
	if (!rc)
		rc = result_secret_output(c->result, c->args->text[P_OUT], &raw);
	if (!rc) {
		warnings_add(&c->result->warnings, "key-in-clear",
			     "the secret key is written without a passphrase: whoever reads the "
			     "file has it");
	}
	secret_free(&raw);
	return err_default(err, rc);
}

static const enum param create_params[] = { P_SIZE, P_IF_EXISTS, P_END };
static const enum param add_params[] = { P_IF_EXISTS, P_END };
static const enum param export_params[] = { P_OUT, P_END };

const struct op op_secret_create = {
	.noun = "secret",
	.verb = "create",
	.arguments = "LABEL",
	.summary = "make a secret key of random bits",
	.detail = "Secret keys are symmetric, for AES or HMAC. cert list, show, rename, copy and "
		  "delete know them, too.",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_WRITES | OP_KEYS,
	.params = create_params,
	.run = secret_create,
};

const struct op op_secret_add = {
	.noun = "secret",
	.verb = "add",
	.arguments = "LABEL FILE",
	.summary = "take in a secret key from a file of its bytes",
	.detail = "The file is the key, byte for byte, 1 to 512 of them: neither hexadecimal nor "
		  "Base64 is decoded.",
	.min_words = 2,
	.max_words = 2,
	.flags = OP_WRITES | OP_KEYS,
	.params = add_params,
	.run = secret_add,
};

const struct op op_secret_export = {
	.noun = "secret",
	.verb = "export",
	.arguments = "LABEL",
	.summary = "write the bytes of a secret key to a file",
	.detail = "Without passphrase, for its owner alone (0600).",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_READS | OP_KEYS,
	.params = export_params,
	.run = secret_export,
};
