/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages that are not about one command. */
#include "ui/help.h"

#include <string.h>

static void
put_examples(struct buf *out)
{
	buf_put_text(
	    out, "Eleven jobs. The database is named once: export KYMAN_DB=ring.p12\n"
		 "\n"
		 "1  A database whose passphrase is made and stashed, never typed\n"
		 "     kyman db create ring.p12 --pass gen --stash\n"
		 "\n"
		 "2  A private CA: a root, and below it one that issues\n"
		 "     kyman cert create root --profile ca --subject 'CN=Example Root,O=Example'\n"
		 "     kyman cert create issuing --profile ca --issuer root --days 1825\n"
		 "\n"
		 "3  A server certificate; names are seen from their shape\n"
		 "     kyman cert create web web.example www.web.example 192.0.2.7 \\\n"
		 "         --issuer issuing\n"
		 "\n"
		 "4  A client certificate, for both sides to prove who they are\n"
		 "     kyman cert create app --profile client --issuer issuing\n"
		 "\n"
		 "5  A request for an outside CA; the key never leaves\n"
		 "     kyman csr create shop shop.example --out shop.csr\n"
		 "\n"
		 "6  Somebody else's request, signed\n"
		 "     kyman show their.csr\n"
		 "     kyman csr sign their.csr --issuer issuing --yes --out their.pem\n"
		 "\n"
		 "7  The answer to a request\n"
		 "     kyman cert add outside-root.pem --as outside-root\n"
		 "     kyman cert receive shop.pem\n"
		 "\n"
		 "8  Into files for other programs, and in from them\n"
		 "     kyman cert export web --out web.pem --key-out web.key --out-pass none\n"
		 "     kyman cert export web --with-key --out web.p12 --out-pass gen:web.pass\n"
		 "     kyman cert import old.pfx --in-pass file:old.pass --as old\n"
		 "\n"
		 "9  What ends soon, and its renewal\n"
		 "     kyman cert list --expiring 30\n"
		 "     kyman cert renew --expiring 30\n"
		 "\n"
		 "10 A ring at one stroke, or not at all\n"
		 "     kyman run - --pass file:ring.pass <<'END'\n"
		 "     db create new.p12\n"
		 "     cert create root --profile ca --subject 'CN=Example Root,O=Example'\n"
		 "     cert create web web.example --issuer root\n"
		 "     cert export web --out pair.pem --key-out pair.key --out-pass none\n"
		 "     END\n"
		 "\n"
		 "11 Is it good? And what is that file?\n"
		 "     kyman cert verify web --host web.example --purpose server\n"
		 "     kyman cert show web\n"
		 "     kyman show unknown.file\n");
}

static void
put_secrets(struct buf *out)
{
	buf_put_text(
	    out,
	    "A passphrase never stands on the command line. Wherever one is taken (--pass,\n"
	    "--new-pass, --in-pass, --key-pass, --out-pass, --to-pass), a source is named:\n"
	    "\n"
	    "  prompt       the terminal, echo off; twice for a new one\n"
	    "  stash        the stash file beside the file concerned\n"
	    "  env:NAME     an environment variable, which is overwritten after reading\n"
	    "  file:PATH    the first line of a file\n"
	    "  fd:N         a line of an open descriptor\n"
	    "  stdin        a line of standard input; several in the order above\n"
	    "  cred:NAME    the file NAME in $CREDENTIALS_DIRECTORY\n"
	    "  gen          made now, for db create --stash: 24 characters, 142 bits\n"
	    "  gen:PATH     made now, and written to a new file, mode 0600\n"
	    "  none         empty or absent\n"
	    "\n"
	    "Without an option, what exists is opened with its stash where one lies beside it,\n"
	    "else it is asked for; new ones are asked for. Where nobody can be asked (no\n"
	    "terminal, --no-input) a missing passphrase is status 5. So is a source that holds\n"
	    "an empty one: where no passphrase is wanted, say none. A wrong one is refused at\n"
	    "once, status 5, never followed by a question.\n"
	    "\n"
	    "A stash is obscured, not encrypted: whoever can read it has the passphrase.\n");
}

static void
put_statuses(struct buf *out)
{
	static const char *const texts[] = {
		"done",
		"failed for another reason",
		"wrong usage",
		"looked, and found something: what ends soon, is invalid, or has problems",
		"not found: label, file, issuer",
		"a secret is wrong, or not to be had",
		"locked by another process",
		"conflict: exists already, duplicate, key does not match",
		"damaged or unsupported file",
		"refused by policy",
		"cancelled: input ended inside a dialogue",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		buf_printf(out, "  %2zu  %s\n", i, texts[i]);
	buf_put_text(
	    out,
	    "\nAny but 0 and 3 means that the database is unchanged. The one exception: an output\n"
	    "that fails after the database was saved is 1, and says that the change was made.\n");
}

static void
put_errors(struct buf *out)
{
	const char *before = "";

	buf_put_text(out, "Codes of errors, as \"code\" in JSON has them, with their exit "
			  "statuses:\n\n");
	for (int rc = RC_OK; rc < RC_COUNT; rc++) {
		/* Two that only System SSL tells apart are one. */
		if (strcmp(rc_code((enum rc)rc), before) != 0)
			buf_printf(out, "  %-16s %2d  %s\n", rc_code((enum rc)rc),
				   rc_status((enum rc)rc), rc_text((enum rc)rc));
		before = rc_code((enum rc)rc);
	}
}

static void
put_json(struct buf *out)
{
	buf_put_text(
	    out,
	    "With --json standard output is one object and a line feed; a failure leaves it empty\n"
	    "and puts an object on standard error. Keys are added, never renamed; what is absent\n"
	    "is null; times are RFC 3339 in UTC; serial numbers and digests are lower-case\n"
	    "hexadecimal; names RFC 4514; all is ASCII.\n"
	    "\n"
	    "  cert list    schema database type verified entries   (csr list the same)\n"
	    "  cert show    schema database entry verified          (csr show the same)\n"
	    "  show         schema files: file format encoding locked entries problems error\n"
	    "               notes\n"
	    "  db show      schema database type version counts default password_expires\n"
	    "               record_length fips iterations stash verified\n"
	    "  cert verify  schema label valid path reasons weak\n"
	    "  cert default schema default\n"
	    "  writers      schema changed dry_run added replaced removed files warnings\n"
	    "  csr sign     as writers, and issued\n"
	    "  run          schema results (an object a line) warnings\n"
	    "  failure      schema error: status code message hint\n"
	    "\n"
	    "An entry has label kind default trusted pending ca subject issuer serial not_before\n"
	    "not_after key names sha256 spki_sha256; in show commands also version signature\n"
	    "sha1 extensions (oid name critical der text) pem.\n");
}

static void
put_files(struct buf *out)
{
	buf_put_text(
	    out,
	    "  NAME.p12, .pfx, any other  a database: one PKCS#12 file that other tools open\n"
	    "  NAME.kdb, NAME.rdb         an IBM CMS database and its requests\n"
	    "  NAME.sth                   the stash of the database with that stem\n"
	    "  PART~new                   a save on its way; the next writer removes what a kill\n"
	    "                             left\n"
	    "\n"
	    "Databases, stashes and files with a key are 0600 from the moment they exist,\n"
	    "whatever the umask; owner, group and group bits stay on rewrite, bits for others\n"
	    "go. Readers take no lock and see the old file or the new one, whole; writers wait\n"
	    "for each other (--wait).\n"
	    "\n"
	    "  KYMAN_DB                   the database where none is named\n"
	    "  NO_COLOR                   when set and not empty, no colour\n"
	    "  CREDENTIALS_DIRECTORY      where cred:NAME looks\n");
}

static void
put_menu(struct buf *out)
{
	buf_put_text(
	    out,
	    "usage: kyman [menu [FILE] [--show-commands] [--record FILE]]\n"
	    "\n"
	    "gskkyman's menus, for people and for scripts that pipe answers. With FILE that\n"
	    "database is opened at once. Type the number of a line; '?' explains a question,\n"
	    "ENTER goes back, 0 leaves; TAB completes labels and file names.\n"
	    "\n"
	    "  --show-commands           print the command that does the same, after each job\n"
	    "  --record FILE             write these commands to a new file\n"
	    "\n"
	    "From a pipe everything is asked in the same order, passwords too. Where the input\n"
	    "ends at a menu the status is 0, inside a job 10 and nothing was changed. An answer\n"
	    "that is not valid ends the program: those behind it would be taken for others.\n");
}

static const struct help_page pages[] = {
	{ "menu", "the menus, which come without a command", put_menu },
	{ "examples", "ten jobs, from an empty folder to a verified ring", put_examples },
	{ "secrets", "where passphrases come from", put_secrets },
	{ "statuses", "exit statuses", put_statuses },
	{ "errors", "codes of errors", put_errors },
	{ "json", "what --json prints", put_json },
	{ "files", "files and environment", put_files },
	{ "completion-bash", NULL, help_put_completion },
};

const struct help_page *
help_pages(size_t *count)
{
	*count = ARRAY_SIZE(pages);
	return pages;
}

const struct help_page *
help_page_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		if (strcmp(pages[i].name, name) == 0)
			return &pages[i];
	}
	return NULL;
}
