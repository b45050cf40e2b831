/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NIST's Public Key Interoperability Test Suite: sections 4.1 to 4.3, 4.5 to 4.7, 4.13 and 4.16,
 * but for the tests whose outcome hangs on a CRL (4.5.2, 4.5.5, 4.5.7, 4.7.4, 4.7.5). The files are
 * read where python3-cryptography-vectors put them, or in the folder that KYMAN_PKITS names. */
#include "pki/path.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PATH_CAS_MAX = 4, MEMBERS_MAX = 400, NAME_MAX_HERE = 100 };

static const struct pkits {
	const char *number;
	const char *leaf;
	const char *issuers[PATH_CAS_MAX + 1]; /* the leaf's first; the anchor is always there */
	const char *code;                      /* NULL: valid */
} table[] = {
	{ "4.1.1", "ValidCertificatePathTest1EE", { "GoodCACert" }, NULL },
	{ "4.1.2", "InvalidCASignatureTest2EE", { "BadSignedCACert" }, "bad-signature" },
	{ "4.1.3", "InvalidEESignatureTest3EE", { "GoodCACert" }, "bad-signature" },
	{ "4.1.4", "ValidDSASignaturesTest4EE", { "DSACACert" }, NULL },
	{ "4.1.5",
	  "ValidDSAParameterInheritanceTest5EE",
	  { "DSAParametersInheritedCACert", "DSACACert" },
	  NULL },
	{ "4.1.6", "InvalidDSASignatureTest6EE", { "DSACACert" }, "bad-signature" },
	{ "4.2.1", "InvalidCAnotBeforeDateTest1EE", { "BadnotBeforeDateCACert" }, "not-yet-valid" },
	{ "4.2.2", "InvalidEEnotBeforeDateTest2EE", { "GoodCACert" }, "not-yet-valid" },
	{ "4.2.3", "Validpre2000UTCnotBeforeDateTest3EE", { "GoodCACert" }, NULL },
	{ "4.2.4", "ValidGeneralizedTimenotBeforeDateTest4EE", { "GoodCACert" }, NULL },
	{ "4.2.5", "InvalidCAnotAfterDateTest5EE", { "BadnotAfterDateCACert" }, "expired" },
	{ "4.2.6", "InvalidEEnotAfterDateTest6EE", { "GoodCACert" }, "expired" },
	{ "4.2.7", "Invalidpre2000UTCEEnotAfterDateTest7EE", { "GoodCACert" }, "expired" },
	{ "4.2.8", "ValidGeneralizedTimenotAfterDateTest8EE", { "GoodCACert" }, NULL },
	{ "4.3.1", "InvalidNameChainingTest1EE", { "GoodCACert" }, "no-issuer" },
	{ "4.3.2", "InvalidNameChainingOrderTest2EE", { "NameOrderingCACert" }, "no-issuer" },
	{ "4.3.3", "ValidNameChainingWhitespaceTest3EE", { "GoodCACert" }, NULL },
	{ "4.3.4", "ValidNameChainingWhitespaceTest4EE", { "GoodCACert" }, NULL },
	{ "4.3.5", "ValidNameChainingCapitalizationTest5EE", { "GoodCACert" }, NULL },
	{ "4.3.6", "ValidNameUIDsTest6EE", { "UIDCACert" }, NULL },
	{ "4.3.7",
	  "ValidRFC3280MandatoryAttributeTypesTest7EE",
	  { "RFC3280MandatoryAttributeTypesCACert" },
	  NULL },
	{ "4.3.8",
	  "ValidRFC3280OptionalAttributeTypesTest8EE",
	  { "RFC3280OptionalAttributeTypesCACert" },
	  NULL },
	{ "4.3.9", "ValidUTF8StringEncodedNamesTest9EE", { "UTF8StringEncodedNamesCACert" }, NULL },
	{ "4.3.10",
	  "ValidRolloverfromPrintableStringtoUTF8StringTest10EE",
	  { "RolloverfromPrintableStringtoUTF8StringCACert" },
	  NULL },
	{ "4.3.11",
	  "ValidUTF8StringCaseInsensitiveMatchTest11EE",
	  { "UTF8StringCaseInsensitiveMatchCACert" },
	  NULL },
	{ "4.5.1",
	  "ValidBasicSelfIssuedOldWithNewTest1EE",
	  { "BasicSelfIssuedNewKeyOldWithNewCACert", "BasicSelfIssuedNewKeyCACert" },
	  NULL },
	{ "4.5.3",
	  "ValidBasicSelfIssuedNewWithOldTest3EE",
	  { "BasicSelfIssuedOldKeyNewWithOldCACert", "BasicSelfIssuedOldKeyCACert" },
	  NULL },
	{ "4.5.4",
	  "ValidBasicSelfIssuedNewWithOldTest4EE",
	  { "BasicSelfIssuedOldKeyNewWithOldCACert", "BasicSelfIssuedOldKeyCACert" },
	  NULL },
	{ "4.5.6",
	  "ValidBasicSelfIssuedCRLSigningKeyTest6EE",
	  { "BasicSelfIssuedCRLSigningKeyCRLCert", "BasicSelfIssuedCRLSigningKeyCACert" },
	  NULL },
	{ "4.5.8",
	  "InvalidBasicSelfIssuedCRLSigningKeyTest8EE",
	  { "BasicSelfIssuedCRLSigningKeyCRLCert", "BasicSelfIssuedCRLSigningKeyCACert" },
	  "not-a-ca" },
	{ "4.6.1",
	  "InvalidMissingbasicConstraintsTest1EE",
	  { "MissingbasicConstraintsCACert" },
	  "not-a-ca" },
	{ "4.6.2",
	  "InvalidcAFalseTest2EE",
	  { "basicConstraintsCriticalcAFalseCACert" },
	  "not-a-ca" },
	{ "4.6.3",
	  "InvalidcAFalseTest3EE",
	  { "basicConstraintsNotCriticalcAFalseCACert" },
	  "not-a-ca" },
	{ "4.6.4",
	  "ValidbasicConstraintsNotCriticalTest4EE",
	  { "basicConstraintsNotCriticalCACert" },
	  NULL },
	{ "4.6.5",
	  "InvalidpathLenConstraintTest5EE",
	  { "pathLenConstraint0subCACert", "pathLenConstraint0CACert" },
	  "path-too-long" },
	{ "4.6.6",
	  "InvalidpathLenConstraintTest6EE",
	  { "pathLenConstraint0subCACert", "pathLenConstraint0CACert" },
	  "path-too-long" },
	{ "4.6.7", "ValidpathLenConstraintTest7EE", { "pathLenConstraint0CACert" }, NULL },
	{ "4.6.8", "ValidpathLenConstraintTest8EE", { "pathLenConstraint0CACert" }, NULL },
	{ "4.6.9",
	  "InvalidpathLenConstraintTest9EE",
	  { "pathLenConstraint6subsubCA00Cert", "pathLenConstraint6subCA0Cert",
	    "pathLenConstraint6CACert" },
	  "path-too-long" },
	{ "4.6.10",
	  "InvalidpathLenConstraintTest10EE",
	  { "pathLenConstraint6subsubCA00Cert", "pathLenConstraint6subCA0Cert",
	    "pathLenConstraint6CACert" },
	  "path-too-long" },
	{ "4.6.11",
	  "InvalidpathLenConstraintTest11EE",
	  { "pathLenConstraint6subsubsubCA11XCert", "pathLenConstraint6subsubCA11Cert",
	    "pathLenConstraint6subCA1Cert", "pathLenConstraint6CACert" },
	  "path-too-long" },
	{ "4.6.12",
	  "InvalidpathLenConstraintTest12EE",
	  { "pathLenConstraint6subsubsubCA11XCert", "pathLenConstraint6subsubCA11Cert",
	    "pathLenConstraint6subCA1Cert", "pathLenConstraint6CACert" },
	  "path-too-long" },
	{ "4.6.13",
	  "ValidpathLenConstraintTest13EE",
	  { "pathLenConstraint6subsubsubCA41XCert", "pathLenConstraint6subsubCA41Cert",
	    "pathLenConstraint6subCA4Cert", "pathLenConstraint6CACert" },
	  NULL },
	{ "4.6.14",
	  "ValidpathLenConstraintTest14EE",
	  { "pathLenConstraint6subsubsubCA41XCert", "pathLenConstraint6subsubCA41Cert",
	    "pathLenConstraint6subCA4Cert", "pathLenConstraint6CACert" },
	  NULL },
	{ "4.6.15",
	  "ValidSelfIssuedpathLenConstraintTest15EE",
	  { "pathLenConstraint0SelfIssuedCACert", "pathLenConstraint0CACert" },
	  NULL },
	{ "4.6.16",
	  "InvalidSelfIssuedpathLenConstraintTest16EE",
	  { "pathLenConstraint0subCA2Cert", "pathLenConstraint0SelfIssuedCACert",
	    "pathLenConstraint0CACert" },
	  "path-too-long" },
	{ "4.6.17",
	  "ValidSelfIssuedpathLenConstraintTest17EE",
	  { "pathLenConstraint1SelfIssuedsubCACert", "pathLenConstraint1subCACert",
	    "pathLenConstraint1SelfIssuedCACert", "pathLenConstraint1CACert" },
	  NULL },
	{ "4.7.1",
	  "InvalidkeyUsageCriticalkeyCertSignFalseTest1EE",
	  { "keyUsageCriticalkeyCertSignFalseCACert" },
	  "key-usage" },
	{ "4.7.2",
	  "InvalidkeyUsageNotCriticalkeyCertSignFalseTest2EE",
	  { "keyUsageNotCriticalkeyCertSignFalseCACert" },
	  "key-usage" },
	{ "4.7.3", "ValidkeyUsageNotCriticalTest3EE", { "keyUsageNotCriticalCACert" }, NULL },
	{ "4.13.1", "ValidDNnameConstraintsTest1EE", { "nameConstraintsDN1CACert" }, NULL },
	{ "4.13.2",
	  "InvalidDNnameConstraintsTest2EE",
	  { "nameConstraintsDN1CACert" },
	  "name-constraints" },
	{ "4.13.3",
	  "InvalidDNnameConstraintsTest3EE",
	  { "nameConstraintsDN1CACert" },
	  "name-constraints" },
	{ "4.13.4", "ValidDNnameConstraintsTest4EE", { "nameConstraintsDN1CACert" }, NULL },
	{ "4.13.5", "ValidDNnameConstraintsTest5EE", { "nameConstraintsDN2CACert" }, NULL },
	{ "4.13.6", "ValidDNnameConstraintsTest6EE", { "nameConstraintsDN3CACert" }, NULL },
	{ "4.13.7",
	  "InvalidDNnameConstraintsTest7EE",
	  { "nameConstraintsDN3CACert" },
	  "name-constraints" },
	{ "4.13.8",
	  "InvalidDNnameConstraintsTest8EE",
	  { "nameConstraintsDN4CACert" },
	  "name-constraints" },
	{ "4.13.9",
	  "InvalidDNnameConstraintsTest9EE",
	  { "nameConstraintsDN4CACert" },
	  "name-constraints" },
	{ "4.13.10",
	  "InvalidDNnameConstraintsTest10EE",
	  { "nameConstraintsDN5CACert" },
	  "name-constraints" },
	{ "4.13.11", "ValidDNnameConstraintsTest11EE", { "nameConstraintsDN5CACert" }, NULL },
	{ "4.13.12",
	  "InvalidDNnameConstraintsTest12EE",
	  { "nameConstraintsDN1subCA1Cert", "nameConstraintsDN1CACert" },
	  "name-constraints" },
	{ "4.13.13",
	  "InvalidDNnameConstraintsTest13EE",
	  { "nameConstraintsDN1subCA2Cert", "nameConstraintsDN1CACert" },
	  "name-constraints" },
	{ "4.13.14",
	  "ValidDNnameConstraintsTest14EE",
	  { "nameConstraintsDN1subCA2Cert", "nameConstraintsDN1CACert" },
	  NULL },
	{ "4.13.15",
	  "InvalidDNnameConstraintsTest15EE",
	  { "nameConstraintsDN3subCA1Cert", "nameConstraintsDN3CACert" },
	  "name-constraints" },
	{ "4.13.16",
	  "InvalidDNnameConstraintsTest16EE",
	  { "nameConstraintsDN3subCA1Cert", "nameConstraintsDN3CACert" },
	  "name-constraints" },
	{ "4.13.17",
	  "InvalidDNnameConstraintsTest17EE",
	  { "nameConstraintsDN3subCA2Cert", "nameConstraintsDN3CACert" },
	  "name-constraints" },
	{ "4.13.18",
	  "ValidDNnameConstraintsTest18EE",
	  { "nameConstraintsDN3subCA2Cert", "nameConstraintsDN3CACert" },
	  NULL },
	{ "4.13.19",
	  "ValidDNnameConstraintsTest19EE",
	  { "nameConstraintsDN1SelfIssuedCACert", "nameConstraintsDN1CACert" },
	  NULL },
	{ "4.13.20",
	  "InvalidDNnameConstraintsTest20EE",
	  { "nameConstraintsDN1CACert" },
	  "name-constraints" },
	{ "4.13.21",
	  "ValidRFC822nameConstraintsTest21EE",
	  { "nameConstraintsRFC822CA1Cert" },
	  NULL },
	{ "4.13.22",
	  "InvalidRFC822nameConstraintsTest22EE",
	  { "nameConstraintsRFC822CA1Cert" },
	  "name-constraints" },
	{ "4.13.23",
	  "ValidRFC822nameConstraintsTest23EE",
	  { "nameConstraintsRFC822CA2Cert" },
	  NULL },
	{ "4.13.24",
	  "InvalidRFC822nameConstraintsTest24EE",
	  { "nameConstraintsRFC822CA2Cert" },
	  "name-constraints" },
	{ "4.13.25",
	  "ValidRFC822nameConstraintsTest25EE",
	  { "nameConstraintsRFC822CA3Cert" },
	  NULL },
	{ "4.13.26",
	  "InvalidRFC822nameConstraintsTest26EE",
	  { "nameConstraintsRFC822CA3Cert" },
	  "name-constraints" },
	{ "4.13.27",
	  "ValidDNandRFC822nameConstraintsTest27EE",
	  { "nameConstraintsDN1subCA3Cert", "nameConstraintsDN1CACert" },
	  NULL },
	{ "4.13.28",
	  "InvalidDNandRFC822nameConstraintsTest28EE",
	  { "nameConstraintsDN1subCA3Cert", "nameConstraintsDN1CACert" },
	  "name-constraints" },
	{ "4.13.29",
	  "InvalidDNandRFC822nameConstraintsTest29EE",
	  { "nameConstraintsDN1subCA3Cert", "nameConstraintsDN1CACert" },
	  "name-constraints" },
	{ "4.13.30", "ValidDNSnameConstraintsTest30EE", { "nameConstraintsDNS1CACert" }, NULL },
	{ "4.13.31",
	  "InvalidDNSnameConstraintsTest31EE",
	  { "nameConstraintsDNS1CACert" },
	  "name-constraints" },
	{ "4.13.32", "ValidDNSnameConstraintsTest32EE", { "nameConstraintsDNS2CACert" }, NULL },
	{ "4.13.33",
	  "InvalidDNSnameConstraintsTest33EE",
	  { "nameConstraintsDNS2CACert" },
	  "name-constraints" },
	{ "4.13.34", "ValidURInameConstraintsTest34EE", { "nameConstraintsURI1CACert" }, NULL },
	{ "4.13.35",
	  "InvalidURInameConstraintsTest35EE",
	  { "nameConstraintsURI1CACert" },
	  "name-constraints" },
	{ "4.13.36", "ValidURInameConstraintsTest36EE", { "nameConstraintsURI2CACert" }, NULL },
	{ "4.13.37",
	  "InvalidURInameConstraintsTest37EE",
	  { "nameConstraintsURI2CACert" },
	  "name-constraints" },
	{ "4.13.38",
	  "InvalidDNSnameConstraintsTest38EE",
	  { "nameConstraintsDNS1CACert" },
	  "name-constraints" },
	{ "4.16.1", "ValidUnknownNotCriticalCertificateExtensionTest1EE", { NULL }, NULL },
	{ "4.16.2",
	  "InvalidUnknownCriticalCertificateExtensionTest2EE",
	  { NULL },
	  "unknown-critical" },
};

/* 2011-06-01: all certificates but those made to be out of date are valid from 2010 to 2030. */
static const int64_t at = 1306886400;

static const char anchor_name[] = "TrustAnchorRootCertificate";

struct world {
	char folder[4096];
	struct buf der[MEMBERS_MAX];
	struct path_member members[MEMBERS_MAX];
	size_t count;
};

static bool
read_der(const struct world *w, const char *name, struct buf *out)
{
	char path[sizeof(w->folder) + NAME_MAX_HERE];
	FILE *f;
	int byte;

	snprintf(path, sizeof(path), "%s/%.80s.crt", w->folder, name);
	f = fopen(path, "rb");
	if (!f)
		return false;
	while ((byte = fgetc(f)) != EOF)
		buf_put_byte(out, (unsigned)byte);
	fclose(f);
	return true;
}

static void
add(struct world *w, const char *name)
{
	struct path_member *m = &w->members[w->count];
	struct buf *der = &w->der[w->count];

	assert_true(w->count < MEMBERS_MAX);
	assert_true(read_der(w, name, der));
	assert_int_equal(cert_parse(&m->cert, buf_span(der), NULL), RC_OK);
	m->usable = true;
	m->trusted = strcmp(name, anchor_name) == 0;
	w->count++;
}

static void
forget(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		buf_release(&w->der[i]);
	memset(w->members, 0, sizeof(w->members));
	w->count = 0;
}

/* Whether the outcome is what NIST expects; the reason matters only where the path is given. */
static bool
agrees(struct world *w, const struct pkits *test, bool whole)
{
	struct path_set set = { .members = w->members, .count = w->count };
	struct path_query query = { .at = at };
	struct path_result result;
	struct buf der = BUF_INIT;
	struct cert leaf;
	bool good;

	assert_true(read_der(w, test->leaf, &der));
	assert_int_equal(cert_parse(&leaf, buf_span(&der), NULL), RC_OK);
	assert_int_equal(path_set_prepare(&set), RC_OK);
	assert_int_equal(path_find(&set, &leaf, &query, &result), RC_OK);
	good = result.valid == !test->code;
	if (good && test->code && !whole)
		good = strcmp(result.code, test->code) == 0;
	if (!good)
		print_message("# %s %s: %s, %s\n", test->number, test->leaf,
			      result.valid ? "valid" : result.code, result.reason);
	path_set_release(&set);
	buf_release(&der);
	return good;
}

static void
test_given_paths(void **state)
{
	struct world *w = *state;
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		add(w, anchor_name);
		for (size_t k = 0; table[i].issuers[k]; k++)
			add(w, table[i].issuers[k]);
		wrong += !agrees(w, &table[i], false);
		forget(w);
	}
	assert_int_equal(wrong, 0);
}

/* The same among all issuers of the suite, as a builder that must find its way would see them. */
static void
test_found_paths(void **state)
{
	struct world *w = *state;
	DIR *folder = opendir(w->folder);
	struct dirent *entry;
	size_t wrong = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		char name[NAME_MAX_HERE];
		size_t size = strlen(entry->d_name);

		if (size < 8 || size >= sizeof(name) || !strcmp(entry->d_name + size - 6, "EE.crt"))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)size - 4, entry->d_name);
		if (!strcmp(entry->d_name + size - 4, ".crt"))
			add(w, name);
	}
	closedir(folder);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		wrong += !agrees(w, &table[i], true);
	forget(w);
	assert_int_equal(wrong, 0);
}

static bool
find_folder(struct world *w)
{
	static const char command[] = "/usr/bin/python3 -c 'import cryptography_vectors as v, os; "
				      "print(os.path.dirname(v.__file__) + "
				      "\"/x509/PKITS_data/certs\", end=\"\")' 2>/dev/null";
	const char *given = getenv("KYMAN_PKITS");
	struct buf ignored = BUF_INIT;
	bool found;
	FILE *f;

	if (given) {
		snprintf(w->folder, sizeof(w->folder), "%s", given);
	} else {
		f = popen(command, "r");
		if (!f)
			return false;
		w->folder[fread(w->folder, 1, sizeof(w->folder) - 1, f)] = '\0';
		pclose(f);
	}
	found = read_der(w, anchor_name, &ignored);
	buf_release(&ignored);
	return found;
}

int
main(void)
{
	static struct world world;
	struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_given_paths, &world),
		cmocka_unit_test_prestate(test_found_paths, &world),
	};

	if (!find_folder(&world)) {
		puts("1..0 # SKIP python3-cryptography-vectors is not installed");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
