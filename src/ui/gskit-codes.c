/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSKit's codes, which are the exit status, and its messages: CTGSK2nnn is the code and 2000. Those
 * that nobody has written down are left out; kyman's own sentence stands behind each. */
#include "base/text.h"
#include "ui/gskit-parts.h"

#include <string.h>

/* The nearest that GSKit has, and what helps, in its terms; NULL: kyman's own hint. */
static const struct outcome {
	enum rc rc;
	int code;
	const char *hint;
} outcomes[] = {
	{ RC_FAILED, 1, NULL },
	{ RC_NO_MEMORY, 66, NULL },
	{ RC_IO, 12, NULL },
	{ RC_OUTPUT, 13, NULL },
	{ RC_INTERNAL, 1, NULL },
	{ RC_USAGE, GSKIT_ARGUMENTS, NULL },
	{ RC_INVALID, GSKIT_INVALID, NULL },
	{ RC_NO_FILE, 6, NULL },
	{ RC_NO_LABEL, GSKIT_NO_LABEL, "-cert -list and -certreq -list show the labels" },
	{ RC_NO_ISSUER, 146,
	  "add the issuer's certificate first: -cert -add -file FILE -label LABEL" },
	{ RC_NO_KEY, 105, NULL },
	{ RC_NOT_FOUND, 6, NULL },
	{ RC_WRONG_SECRET, 16, NULL },
	{ RC_NO_SECRET, GSKIT_MISSING, "say the password with -pw, -stashed or -prompt" },
	{ RC_LOCKED, 7, NULL },
	{ RC_EXISTS, 9, "delete it first, or choose another name" },
	{ RC_DUPLICATE, GSKIT_DUPLICATE, NULL },
	{ RC_MISMATCH, 20, NULL },
	{ RC_AMBIGUOUS, 22, "say which one with -label" },
	{ RC_IN_USE, 29, NULL },
	{ RC_NO_ISSUER_KEY, 109, NULL },
	{ RC_CONFLICT, 65, NULL },
	{ RC_DAMAGED, 18, NULL },
	{ RC_UNSUPPORTED, 17, NULL },
	{ RC_UNKNOWN_FORMAT, 17, NULL },
	{ RC_WEAK, 41, NULL },
	{ RC_LIMIT, 67, NULL },
	{ RC_EXPIRED, 47, NULL },
	{ RC_PASSWORD_EXPIRED, 70, NULL },
	{ RC_NOT_A_CA, 52, "a CA is made with -cert -create -ca true" },
	{ RC_NO_NAMES, 51, NULL },
	{ RC_POLICY, 41, NULL },
	{ RC_NOT_APPROVED, GSKIT_FIPS_CONFLICT,
	  "without -fips it is taken; a database of -keydb -create -fips is approved" },
	{ RC_CANCELLED, 1, NULL },
};

static const struct message {
	int code;
	const char *text;
} messages[] = {
	{ 1, "CTGSK2001W An unknown error occurred." },
	{ 6, "CTGSK2006W An error occurred while opening the database file." },
	{ 7, "CTGSK2007W An error occurred while opening the database file again." },
	{ 9, "CTGSK2009W The database already exists." },
	{ 12, "CTGSK2012W An error occurred while reading the database." },
	{ 13, "CTGSK2013W An error occurred while writing the database." },
	{ 16, "CTGSK2016W An invalid database password was encountered." },
	{ 17, "CTGSK2017W The database file type is not valid." },
	{ 18, "CTGSK2018W The database is corrupted." },
	{ 20, "CTGSK2020W A key entry integrity error was found." },
	{ GSKIT_DUPLICATE, "CTGSK2021W A duplicate certificate was found in the database." },
	{ 22, "CTGSK2022W A duplicate record was found in the database." },
	{ GSKIT_LABEL_TAKEN, "CTGSK2023W A certificate with that label already exists." },
	{ 29, "CTGSK2029W The certificate is in use." },
	{ 41, "CTGSK2041W A cryptographic parameter is not valid." },
	{ GSKIT_INVALID, "CTGSK2043W Key entry validation failed." },
	{ 47, "CTGSK2047W The certificate is not valid at this time." },
	{ 50, "CTGSK2050W An issuer certificate was not found." },
	{ 51, "CTGSK2051W A required extension is missing." },
	{ 52, "CTGSK2052W An invalid basic constraint extension was found." },
	{ 53, "CTGSK2053W The signature validation failed." },
	{ 54, "CTGSK2054W The root certificate is not trusted." },
	{ 66, "CTGSK2066W Memory is insufficient." },
	{ 70, "CTGSK2070W The database password has expired." },
	{ GSKIT_NO_CN, "CTGSK2098W The common name is missing." },
	{ GSKIT_NO_STASH, "CTGSK2103W The password stash file was not found." },
	{ 105, "CTGSK2105W No private key was found." },
	{ 106, "CTGSK2106W No request was found." },
	{ 108, "CTGSK2108W No request key was found for the certificate." },
	{ 109, "CTGSK2109W No private key was found." },
	{ 146, "CTGSK2146W An invalid certificate chain was found.\n"
	       "CTGSK2043W Key entry validation failed." },
	{ GSKIT_WEAK_PASSWORD, "CTGSK2154W The password is not strong enough." },
};

static const struct outcome *
find_outcome(enum rc rc)
{
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
		if (outcomes[i].rc == rc)
			return &outcomes[i];
	}
	return &outcomes[0];
}

/* What stands in the way: the label, or the certificate under another one. */
static int
duplicate_code(const struct gskit *g)
{
	const struct kdb *db = &g->session.store.db;
	enum gskit_flag flag = g->values[GSKIT_NEW_LABEL] ? GSKIT_NEW_LABEL : GSKIT_LABEL;
	const char *label = g->values[flag];

	if (label && (kdb_find_folded(db, span_text(label)) ||
		      kdb_find_request_folded(db, span_text(label))))
		return GSKIT_LABEL_TAKEN;
	return GSKIT_DUPLICATE;
}

/* Once the database was opened, it is another file that is not as it should be. */
static bool
is_of_file(const struct gskit *g, enum rc rc)
{
	return g->session.store.codec &&
	       (rc == RC_NO_FILE || rc == RC_NOT_FOUND || rc == RC_UNKNOWN_FORMAT);
}

int
gskit_code(const struct gskit *g, const struct err *err)
{
	if (g->code)
		return g->code;
	if (err->rc == RC_DUPLICATE)
		return duplicate_code(g);
	if (is_of_file(g, err->rc))
		return GSKIT_BAD_FILE;
	if (err->rc == RC_EXISTS && strcmp(g->action->object, "-keydb") != 0)
		return GSKIT_TARGET_EXISTS;
	if (err->rc == RC_NO_SECRET &&
	    (g->values[GSKIT_STASHED] || g->values[GSKIT_TARGET_STASHED]))
		return GSKIT_NO_STASH;
	return find_outcome(err->rc)->code;
}

/* One that names what was asked for. */
static void
put_no_label(struct out *out, const struct gskit *g)
{
	const char *label =
	    g->values[GSKIT_LABEL] ? g->values[GSKIT_LABEL] : g->values[GSKIT_CA_LABEL];

	out_printf(out, "CTGSK3029W The database doesn't contain an entry with label %s.\n",
		   label ? ESC(label) : "?");
}

void
gskit_put_message(struct out *out, const struct gskit *g)
{
	int code = g->code;

	if (code == GSKIT_NO_LABEL)
		put_no_label(out, g);
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		if (messages[i].code == code)
			out_printf(out, "%s\n", messages[i].text);
	}
}

/* --- Words --- */

/* What the operations' options are called here. */
static const struct spelling {
	const char *word;
	enum gskit_flag flag;
} spellings[] = {
	{ "as", GSKIT_LABEL },          { "days", GSKIT_EXPIRE },   { "db", GSKIT_DB },
	{ "eku", GSKIT_EKU },           { "expire", GSKIT_EXPIRE }, { "format", GSKIT_FORMAT },
	{ "from", GSKIT_LABEL },        { "hash", GSKIT_SIGALG },   { "in-pass", GSKIT_PW },
	{ "issuer", GSKIT_CA_LABEL },   { "key", GSKIT_SIZE },      { "ku", GSKIT_KU },
	{ "new-pass", GSKIT_NEW_PW },   { "out", GSKIT_TARGET },    { "out-pass", GSKIT_TARGET_PW },
	{ "pass", GSKIT_PW },           { "san", GSKIT_SAN_DNS },   { "size", GSKIT_SIZE },
	{ "stash", GSKIT_STASH },       { "subject", GSKIT_DN },    { "to", GSKIT_TARGET },
	{ "to-pass", GSKIT_TARGET_PW }, { "type", GSKIT_TYPE },
};

static const char *
find_spelling(struct span word)
{
	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
		if (span_equal(word, span_text(spellings[i].word)))
			return gskit_flag_info(spellings[i].flag)->name;
	}
	return NULL;
}

void
gskit_translate(struct buf *out, const char *text)
{
	const char *name;
	size_t size;

	while (*text) {
		size = strncmp(text, "--", 2) == 0 ? strspn(text + 2, "abcdefghijklmnopqrstuvwxyz-")
						   : 0;
		name = size ? find_spelling(SPAN_OF(text + 2, size)) : NULL;
		if (name) {
			buf_put_text(out, name);
			text += size + 2;
		} else {
			buf_put_byte(out, (unsigned char)*text++);
		}
	}
}

/* Words of the other grammar are of no help here. */
static bool
is_of_words(const char *hint)
{
	static const char *const words[] = {
		"--", "kyman ", "cert ", "csr ", "db ", "show ", NULL
	};

	for (size_t i = 0; words[i]; i++) {
		if (strstr(hint, words[i]))
			return true;
	}
	return false;
}

const char *
gskit_hint(const struct gskit *g, const struct err *err)
{
	const struct outcome *outcome = find_outcome(err->rc);

	if (err->hint[0] && !is_of_words(err->hint))
		return err->hint;
	/* Its own code has its own words. */
	return g->code < GSKIT_ARGUMENTS || g->code == outcome->code ? outcome->hint : NULL;
}
