/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSKit's codes, which are the exit status, and its messages: CTGSK2nnn is the code and 2000. Those
 * that nobody has written down are left out; kyman's own sentence stands behind each. */
#include "base/fs.h"
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
	{ RC_OUTPUT, GSKIT_BAD_FILE, NULL },
	{ RC_INTERNAL, 1, NULL },
	{ RC_USAGE, GSKIT_ARGUMENTS, NULL },
	{ RC_INVALID, GSKIT_INVALID, NULL },
	{ RC_NO_FILE, 6, "-keydb -create makes a new database" },
	{ RC_NO_LABEL, GSKIT_NO_LABEL, "-cert -list and -certreq -list show the labels" },
	{ RC_NO_ISSUER, 146,
	  "add the issuer's certificate first: -cert -add -file FILE -label LABEL" },
	{ RC_NO_KEY, 105, "-cert -list personal shows what has a key" },
	{ RC_NOT_FOUND, 6, NULL },
	{ RC_WRONG_SECRET, 16,
	  "-pw and -prompt say another password; -keydb -stashpw makes a stash anew" },
	{ RC_NO_SECRET, GSKIT_MISSING, "say the password with -pw, -stashed or -prompt" },
	{ RC_LOCKED, 7, NULL },
	{ RC_EXISTS, 9, "delete it first, or choose another name" },
	{ RC_DUPLICATE, GSKIT_DUPLICATE,
	  "-cert -list and -certreq -list show what is there; -cert -delete takes it away" },
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
	{ RC_PASSWORD_EXPIRED, 70, "-keydb -changepw gives the database a new one" },
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
	{ GSKIT_CANNOT_CREATE, "CTGSK2008W An error occurred while creating the database." },
	{ 9, "CTGSK2009W The database already exists." },
	{ GSKIT_CANNOT_DELETE, "CTGSK2010W The database could not be deleted." },
	{ 12, "CTGSK2012W An error occurred while reading the database." },
	{ GSKIT_CANNOT_WRITE, "CTGSK2013W An error occurred while writing the database." },
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

/* The stash that was asked for, or lies there, gives no password. */
static bool
lacks_stash(const struct gskit *g, enum gskit_flag said, const char *path)
{
	struct secret *secret = NULL;
	bool lacks = path && (g->values[said] || store_has_stash(path)) &&
		     store_stash_load(&secret, path, NULL);

	secret_free(&secret);
	return lacks;
}

static int
no_secret_code(const struct gskit *g)
{
	const char *path = g->values[GSKIT_DB] ? g->values[GSKIT_DB] : g->values[GSKIT_FILE];
	bool lacks = !g->secrets[GSKIT_PW] && !g->values[GSKIT_PROMPT] &&
		     lacks_stash(g, GSKIT_STASHED, path);

	if (!lacks && !g->secrets[GSKIT_TARGET_PW])
		lacks = lacks_stash(g, GSKIT_TARGET_STASHED, g->values[GSKIT_TARGET]);
	return lacks ? GSKIT_NO_STASH : GSKIT_MISSING;
}

/* True when a file that the command writes, beside the database, is what the words are about. */
static bool
names_output(const struct gskit *g, const struct err *err)
{
	const char *path = g->args.given[P_OUT] ? g->args.text[P_OUT] : NULL;

	return path && strstr(err->message, ESC(path));
}

/* The database that the command changes or makes; NULL where it only reads. */
static const char *
path_written(const struct gskit *g)
{
	const struct op *op = g->op ? g->op : g->action->op;

	/* -export has two operations, and names the one that is left by where it goes. */
	if (g->args.given[P_TO])
		return g->args.text[P_TO];
	if (!op || !op_may_write(op, &g->args))
		return NULL;
	if (op->flags & OP_CONVERTS)
		return g->args.words.count > 1 ? g->args.words.items[1] : NULL;
	return g->args.given[P_DB] ? g->args.text[P_DB] : g->values[GSKIT_DB];
}

/* A database that can be read, and not made, changed or deleted. */
static int
io_code(const struct gskit *g, const struct err *err)
{
	const char *path = path_written(g);

	if (names_output(g, err))
		return GSKIT_BAD_FILE;
	if (strcmp(g->action->object, "-keydb") == 0 && strcmp(g->action->name, "-delete") == 0)
		return GSKIT_CANNOT_DELETE;
	if (path && fs_kind(path, true) == FS_NONE)
		return GSKIT_CANNOT_CREATE;
	if (path && fs_kind(path, true) == FS_REGULAR)
		return GSKIT_CANNOT_WRITE;
	return find_outcome(RC_IO)->code;
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
	if (err->rc == RC_NO_SECRET)
		return no_secret_code(g);
	/* A CMS database has no place for a day after 2106. */
	if (err->rc == RC_POLICY && g->values[GSKIT_EXPIRE] &&
	    strcmp(g->action->object, "-keydb") == 0)
		return GSKIT_EXPIRE_RANGE;
	if (err->rc == RC_IO && g->action)
		return io_code(g, err);
	return find_outcome(err->rc)->code;
}

/* One that names what was asked for. */
static void
put_no_label(struct out *out, const struct gskit *g)
{
	/* Where an issuer is named, the label is that of what is new. */
	const char *label =
	    g->values[GSKIT_CA_LABEL] ? g->values[GSKIT_CA_LABEL] : g->values[GSKIT_LABEL];

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

const char *
gskit_outcome_hint(const struct gskit *g, const struct err *err)
{
	const struct outcome *outcome = find_outcome(err->rc);

	if (strstr(err->message, "is switched off"))
		return "-cert -modify -label LABEL -trust enable switches it on";
	if (g->code == GSKIT_NO_REQUEST)
		return "-certreq -list shows what waits; -cert -add takes it in without a key";
	if (g->code == GSKIT_NO_STASH)
		return "-pw and -prompt say the password; -keydb -stashpw makes a stash";
	/* Its own code has its own words. */
	return g->code < GSKIT_ARGUMENTS || g->code == outcome->code ? outcome->hint : NULL;
}
