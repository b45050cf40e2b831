/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert add, import, receive: what a file brings, by what it is or by what was asked for. */

#include "base/text.h"
#include "op/input.h"
#include "op/ops.h"
#include "op/take.h"

#include <stdlib.h>

/* An answer, or certificates. */
static enum rc
add_public(struct op_call *c, struct intake *in, const char *path,
	   const struct take_options *options, struct err *err)
{
	struct awaited awaited = AWAITED_INIT;
	struct take_options with = *options;
	enum rc rc = take_awaited(&awaited, c, in);

	with.awaited = &awaited;
	if (!rc && take_is_answer(c, in, &awaited)) {
		warnings_add(&c->result->warnings, "received",
			     "'%s' answers a request or renews a key here: it was received",
			     ESC(path));
		rc = take_answer(c, in, path, &with, err);
	} else if (!rc) {
		rc = take_certs(c, in, path, options, err);
	}
	take_awaited_release(&awaited);
	return err_default(err, rc);
}

static enum rc
add_file(struct op_call *c, const char *path, const struct take_options *options, struct err *err)
{
	struct intake in = INTAKE_INIT;
	enum rc rc;

	rc = input_read(c, path, &in, err);
	if (rc)
		goto out;
	if (take_has_keys(&in)) {
		warnings_add(&c->result->warnings, "imported",
			     "'%s' holds a private key: it was imported", ESC(path));
		rc = take_keys(c, &in, path, options, err);
	} else {
		rc = add_public(c, &in, path, options, err);
	}
out:
	intake_release(&in);
	return rc;
}

static enum rc
cert_add(struct op_call *c, struct err *err)
{
	struct take_options options = take_options_of(c->args);
	enum rc rc = RC_OK;

	if (options.as && c->args->words.count > 1)
		return err_set(err, RC_USAGE, "--as gives one label; give one file with it");
	for (size_t i = 0; !rc && i < c->args->words.count; i++)
		rc = add_file(c, c->args->words.items[i], &options, err);
	return rc;
}

/* Moves the items of one file behind those of another, so that key and certificate of two files
 * meet. */
static enum rc
join(struct intake *in, struct intake *more, struct err *err)
{
	size_t count = in->count + more->count;
	struct item *items;

	if (in->db.count || in->db.request_count || more->db.count || more->db.request_count) {
		return err_set(err, RC_USAGE,
			       "--key-file is for a key and a certificate in files of their own, "
			       "not for databases");
	}
	items = reallocarray(in->items, count ? count : 1, sizeof(*items));
	if (!items)
		return err_default(err, RC_NO_MEMORY);
	in->items = items;
	in->room = count;
	for (size_t i = 0; i < more->count; i++) {
		in->items[in->count] = more->items[i];
		in->items[in->count++].partner = -1;
	}
	more->count = 0;
	return RC_OK;
}

static enum rc
cert_import(struct op_call *c, struct err *err)
{
	struct take_options options = take_options_of(c->args);
	const char *path = c->args->words.items[0];
	struct intake in = INTAKE_INIT;
	struct intake key = INTAKE_INIT;
	enum rc rc;

	rc = input_read(c, path, &in, err);
	if (!rc && c->args->given[P_KEY_FILE]) {
		rc = input_read_key(c, c->args->text[P_KEY_FILE], &key, err);
		if (!rc)
			rc = join(&in, &key, err);
	}
	if (!rc)
		rc = take_keys(c, &in, path, &options, err);
	intake_release(&in);
	intake_release(&key);
	return err_default(err, rc);
}

static enum rc
cert_receive(struct op_call *c, struct err *err)
{
	struct take_options options = take_options_of(c->args);
	const char *path = c->args->words.items[0];
	struct awaited awaited = AWAITED_INIT;
	struct intake in = INTAKE_INIT;
	enum rc rc;

	options.awaited = &awaited;
	rc = input_read(c, path, &in, err);
	if (!rc)
		rc = err_default(err, take_awaited(&awaited, c, &in));
	if (!rc)
		rc = take_answer(c, &in, path, &options, err);
	take_awaited_release(&awaited);
	intake_release(&in);
	return rc;
}

static const enum param add_params[] = { P_IN_PASS, P_AS, P_UNTRUSTED, P_IF_EXISTS, P_END };
static const enum param import_params[] = { P_IN_PASS, P_KEY_FILE,  P_KEY_PASS, P_FROM,
					    P_AS,      P_IF_EXISTS, P_END };
static const enum param receive_params[] = { P_IN_PASS, P_AS, P_OLDER, P_UNCHECKED, P_END };

const struct op op_cert_add = {
	.noun = "cert",
	.verb = "add",
	.arguments = "FILE...",
	.summary = "take in whatever a file is, and say what it was taken for",
	.detail =
	    "With a key inside it is imported; with the public key of a request or key here it is "
	    "received; else every certificate in it is added.",
	.min_words = 1,
	.max_words = SIZE_MAX,
	.flags = OP_WRITES,
	.params = add_params,
	.run = cert_add,
};

const struct op op_cert_import = {
	.noun = "cert",
	.verb = "import",
	.arguments = "FILE",
	.summary = "take in private keys with their certificates",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_WRITES,
	.params = import_params,
	.run = cert_import,
};

const struct op op_cert_receive = {
	.noun = "cert",
	.verb = "receive",
	.arguments = "FILE",
	.summary = "take in the answer to a request",
	.detail =
	    "The certificate's public key is looked for among the requests, then among the keys. "
	    "Issuers that the file brings along are added, a self-signed one never.",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_WRITES,
	.params = receive_params,
	.run = cert_receive,
};
