/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains, and the files that hold them. */

#include "op/bundle.h"

#include "base/text.h"
#include "codec/intake.h"
#include "codec/pem.h"
#include "codec/pkcs7.h"
#include "op/issuer.h"
#include "pki/dn.h"
#include "pki/path.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_FIRST = 16, EXPORT_ITERATIONS_MIN = 1000 };

bool
format_is_base64(const struct args *args)
{
	return args->given[P_FORMAT] && strcmp(args->text[P_FORMAT], "p12-base64") == 0;
}

enum format
format_of(const struct args *args, const char *path)
{
	static const struct {
		const char *name;
		enum format format;
	} names[] = {
		{ "pem", FORMAT_PEM }, { "der", FORMAT_DER }, { "p7b", FORMAT_P7B },
		{ "p7c", FORMAT_P7C }, { "p12", FORMAT_P12 }, { "pfx", FORMAT_P12 },
	};
	const char *dot = strrchr(fs_base_name(path), '.');
	const char *name = dot ? dot + 1 : "";

	if (format_is_base64(args))
		return FORMAT_P12;
	if (args->given[P_FORMAT])
		name = args->text[P_FORMAT];
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (text_equal_ascii(name, names[i].name))
			return names[i].format;
	return FORMAT_PEM;
}

/* The slot of e, or the free one where it belongs. There are always free ones. */
static size_t *
slot_of(const struct entry_list *list, const struct entry *e)
{
	/* Fibonacci hashing of the address, whose lowest bits are all the same. */
	uint64_t hash = ((uint64_t)(uintptr_t)e >> 4) * 0x9e3779b97f4a7c15U;
	size_t i = (size_t)(hash >> 32) & (list->slot_count - 1);

	while (list->slots[i] && list->items[list->slots[i] - 1] != e)
		i = (i + 1) & (list->slot_count - 1);
	return &list->slots[i];
}

/* Doubles the room; slots are at most half full. */
static enum rc
entry_list_grow(struct entry_list *list)
{
	size_t room = list->room ? list->room * 2 : LIST_FIRST;
	const struct entry **items = reallocarray(list->items, room, sizeof(struct entry *));
	size_t *slots;

	if (!items)
		return RC_NO_MEMORY;
	list->items = items;
	slots = calloc(room, 2 * sizeof(*slots));
	if (!slots)
		return RC_NO_MEMORY;
	free(list->slots);
	list->slots = slots;
	list->slot_count = room * 2;
	list->room = room;
	for (size_t i = 0; i < list->count; i++)
		*slot_of(list, items[i]) = i + 1;
	return RC_OK;
}

bool
entry_list_has(const struct entry_list *list, const struct entry *e)
{
	return list->count && *slot_of(list, e);
}

enum rc
entry_list_add(struct entry_list *list, const struct entry *e)
{
	if (entry_list_has(list, e))
		return RC_OK;
	if (list->count == list->room && entry_list_grow(list))
		return RC_NO_MEMORY;
	*slot_of(list, e) = list->count + 1;
	list->items[list->count++] = e;
	return RC_OK;
}

void
entry_list_release(struct entry_list *list)
{
	free(list->items);
	free(list->slots);
	*list = (struct entry_list){ .items = NULL };
}

enum rc
chain_of_args(unsigned *chain, const struct args *args, unsigned fallback, struct err *err)
{
	if (args->given[P_NO_CHAIN] && (args->given[P_CHAIN] || args->given[P_ROOT]))
		return err_set(err, RC_USAGE, "--no-chain contradicts --chain and --root");
	*chain = fallback;
	if (args->given[P_NO_CHAIN])
		*chain = 0;
	else if (args->given[P_ROOT])
		*chain = CHAIN_ISSUERS | CHAIN_ROOT;
	else if (args->given[P_CHAIN])
		*chain = CHAIN_ISSUERS;
	if (args->given[P_PARTIAL])
		*chain |= CHAIN_PARTIAL;
	return RC_OK;
}

static enum rc
issuer_missing(const struct cert *c, struct err *err)
{
	struct buf issuer = BUF_INIT;
	struct buf subject = BUF_INIT;

	dn_put(&issuer, c->issuer);
	dn_put(&subject, c->subject);
	err_set(err, RC_NO_ISSUER,
		"the chain is not complete: '%s' was issued by '%s', which is not here",
		buf_text(&subject), buf_text(&issuer));
	err_hint(err, "add it with cert add, or say --partial or --no-chain");
	buf_release(&issuer);
	buf_release(&subject);
	return RC_NO_ISSUER;
}

enum rc
chain_add(struct entry_list *list, const struct issuers *issuers, const struct cert *leaf,
	  unsigned chain, struct err *err)
{
	struct cert at = *leaf;
	enum rc rc = RC_OK;

	for (size_t depth = 0; !rc && (chain & CHAIN_ISSUERS) && depth < PATH_MAX_LENGTH; depth++) {
		const struct entry *issuer;

		if (issuer_is_itself(&at))
			break;
		issuer = issuers_find(issuers, &at);
		if (!issuer)
			return chain & CHAIN_PARTIAL ? RC_OK : issuer_missing(&at, err);
		rc = cert_parse(&at, issuer->cert.span, NULL);
		if (!rc && (chain & CHAIN_ROOT || !issuer_is_itself(&at)))
			rc = entry_list_add(list, issuer);
	}
	return err_default(err, rc);
}

enum rc
bundle_certs(struct buf *out, enum format format, const struct span *certs, size_t count,
	     struct err *err)
{
	struct buf p7 = BUF_INIT;
	enum rc rc = RC_OK;

	if (format == FORMAT_DER && count != 1) {
		return err_set(err, RC_USAGE,
			       "a DER file holds one certificate, not %zu: choose pem or p7b",
			       count);
	}
	if (format == FORMAT_DER)
		buf_put(out, certs[0]);
	for (size_t i = 0; format == FORMAT_PEM && i < count; i++)
		pem_put(out, "CERTIFICATE", certs[i]);
	if (format == FORMAT_P7B || format == FORMAT_P7C)
		rc = pkcs7_write(&p7, certs, count);
	if (!rc && format == FORMAT_P7B)
		pem_put(out, "PKCS7", buf_span(&p7));
	else if (!rc && format == FORMAT_P7C)
		buf_put(out, buf_span(&p7));
	buf_release(&p7);
	if (!rc)
		rc = buf_rc(out);
	return err_default(err, rc);
}

static enum rc
iterations_of(uint64_t *iterations, const struct op_call *c, struct err *err)
{
	const struct args *args = c->args;

	*iterations = args->given[P_ITERATIONS] ? args->number[P_ITERATIONS] : c->db->iterations;
	if (args->given[P_ITERATIONS] &&
	    (*iterations < EXPORT_ITERATIONS_MIN || *iterations > PBE_MAX_ITERATIONS))
		return err_set(err, RC_USAGE, "--iterations takes %d to %d", EXPORT_ITERATIONS_MIN,
			       PBE_MAX_ITERATIONS);
	if (*iterations < EXPORT_ITERATIONS_MIN)
		*iterations = PBE_TYPED_ITERATIONS;
	return RC_OK;
}

/* The database's own passphrase, stretched as much: what was derived from it serves once more. */
static bool
is_same_pw(const struct op_call *c, const struct secret *pass, uint64_t iterations)
{
	return c->pw && secret_size(pass) && pw_secret(c->pw) &&
	       secret_equal(pass, pw_secret(c->pw)) && pw_iterations(c->pw) == iterations;
}

enum rc
bundle_pw(struct pw **pw, struct op_call *c, enum format format, const char *file, struct err *err)
{
	struct secret *pass = NULL;
	uint64_t iterations;
	bool none;
	enum rc rc = iterations_of(&iterations, c, err);

	*pw = NULL;
	if (!rc)
		rc = c->services->secret(c->services->self, P_OUT_PASS, file, &pass, err);
	if (rc)
		return rc;
	none = !pass;
	if (none && format != FORMAT_P12) {
		warnings_add(&c->result->warnings, "key-in-clear",
			     "the private key is written without a passphrase: whoever reads the "
			     "file has it");
		return RC_OK;
	}
	if (none)
		warnings_add(&c->result->warnings, "no-passphrase",
			     "the file has an empty passphrase: it protects nothing");
	if (is_same_pw(c, pass, iterations)) {
		*pw = pw_ref(c->pw);
		secret_free(&pass);
		return RC_OK;
	}
	rc = pw_new(pw, &pass, c->args->number[P_MAX_ITERATIONS]);
	if (!rc)
		rc = pw_set_shroud(*pw, NULL, iterations);
	return err_default(err, rc);
}

enum rc
bundle_check(struct span bytes, size_t certs, size_t keys, struct err *err)
{
	struct intake_options options = { .pass = NULL };
	struct intake in = INTAKE_INIT;
	struct buf copy = BUF_INIT;
	size_t seen_certs = 0;
	size_t seen_keys = 0;
	bool hidden;
	enum rc rc;

	buf_put(&copy, bytes);
	rc = buf_rc(&copy);
	if (!rc)
		rc = intake_read(&in, &copy, &options, NULL);
	for (size_t i = 0; i < in.count; i++) {
		seen_certs += in.items[i].kind == ITEM_CERT;
		seen_keys += in.items[i].kind == ITEM_KEY || in.items[i].kind == ITEM_LOCKED_KEY;
	}
	/* In a container the certificates too may need the passphrase; its MAC and bags were made
	 * in one go. */
	hidden = in.format && strcmp(in.format, "pkcs12") == 0;
	intake_release(&in);
	buf_release(&copy);
	if (rc == RC_NO_MEMORY)
		return err_default(err, rc);
	if (rc || (!hidden && (seen_certs != certs || seen_keys != keys))) {
		return err_set(err, RC_INTERNAL,
			       "what was about to be written does not read back: %zu of %zu "
			       "certificates, %zu of %zu keys",
			       seen_certs, certs, seen_keys, keys);
	}
	return RC_OK;
}
