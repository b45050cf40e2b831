/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "info-screen.h"
#include "pki-tool.h"

/* The certificate of the reference's screens, as far as they tell: names, serial number, dates,
 * algorithms and extensions are theirs. */
static const char zvmca_hex[] =
    "308203573082023fa00302010202085d0a8f8000087035300d06092a864886f70d01010d05003039310b"
    "3009060355040613025553310c300a060355040a0c03495443310c300a060355040b0c03495443310e30"
    "0c06035504030c057a766d6361301e170d3139303631393130343130345a170d32303036313831303431"
    "30345a3039310b3009060355040613025553310c300a060355040a0c03495443310c300a060355040b0c"
    "03495443310e300c06035504030c057a766d636130820122300d06092a864886f70d0101010500038201"
    "0f003082010a0282010100a31673af3c7f0591f645f2e0623bd1f72ee75b6583c3ebd6584e0d9546f3d0"
    "18a35c83f36e9f9457b0a7fa5a58ad850d626a6aab705988d6cfb85c8debf660bf4febf6de2a97893153"
    "4955476ae8bf83826e44f8a0f54572c676ff0fe0286e0b05816dcb083a75f333deab69b055e1bb46f731"
    "91dafd9ab188a67d94f3a29b1d27173fc71ca1a8ecf9898c22f06b803584505d2d8fe24a59aad48879bb"
    "1205cc907f3a0bc4f661bb9fd5f58e26fdd3707bb0ce25147a61cbc0eb51c7a5a3fcf41a7b1abbfc51f7"
    "694a7d14572ec5b74505623496d48ad7417a4eef4acd9a27320be018ae7015833a7241ba319694f1b4b0"
    "0887667df856f3c74778accc97209f0203010001a3633061301d0603551d0e04160414a08a521fd18572"
    "3730a066b13702230098b00de4301f0603551d23041830168014a08a521fd185723730a066b137022300"
    "98b00de4300e0603551d0f0101ff040403020106300f0603551d130101ff040530030101ff300d06092a"
    "864886f70d01010d05000382010100014f247f3ff5a92395326c2204f1031e1d6bfa3f9918ae73341c5a"
    "74ec48913454167bfbd72d84bb8732b6e7224d91cebec65706ab222740ab8a082490a3734e470a13a642"
    "baed88e42f2935afbca40bc7422106435fa2ec0fd667034216894f963abcefb408cee494550ab863fdf0"
    "6ba146b52d7125d805c312ccdcab88f8955e3e7f0db206cca8e786721e5f8e584bfdac6737c26a7b456b"
    "0e589a6cf8d03951670edf063ad47ce24fb7efb8b7be291daf0d4de8a7a790354a6f7f2f3a88cf46f50a"
    "943c70746b5fb0180fb1d01eeb4ec99efc4dd4616bba2e6212cf4d77a393ef8c2409f6439203dce7fcea"
    "87884ff7538d1184b20d34fcbf0e812ba47b6a";

static const char zvmca_screen[] =
    "\n"
    "                   Certificate Information\n"
    "\n"
    "             Label: ZVMCA\n"
    "         Record ID: 2\n"
    "  Issuer Record ID: 2\n"
    "           Trusted: Yes\n"
    "           Version: 3\n"
    "     Serial number: 5d0a8f8000087035\n"
    "       Issuer name: zvmca\n"
    "                    ITC\n"
    "                    ITC\n"
    "                    US\n"
    "      Subject name: zvmca\n"
    "                    ITC\n"
    "                    ITC\n"
    "                    US\n"
    "    Effective date: 2019/06/19\n"
    "   Expiration date: 2020/06/18\n"
    "Signature algorithm: sha512WithRsaEncryption\n"
    "  Issuer unique ID: None\n"
    " Subject unique ID: None\n"
    "Public key algorithm: rsaEncryption\n"
    "   Public key size: 2048\n"
    "        Public key: 30 82 01 0A 02 82 01 01 00 A3 16 73 AF 3C 7F 05\n"
    "                    91 F6 45 F2 E0 62 3B D1 F7 2E E7 5B 65 83 C3 EB\n"
    "                    D6 58 4E 0D 95 46 F3 D0 18 A3 5C 83 F3 6E 9F 94\n"
    "                    57 B0 A7 FA 5A 58 AD 85 0D 62 6A 6A AB 70 59 88\n"
    "                    D6 CF B8 5C 8D EB F6 60 BF 4F EB F6 DE 2A 97 89\n"
    "                    31 53 49 55 47 6A E8 BF 83 82 6E 44 F8 A0 F5 45\n"
    "                    72 C6 76 FF 0F E0 28 6E 0B 05 81 6D CB 08 3A 75\n"
    "                    F3 33 DE AB 69 B0 55 E1 BB 46 F7 31 91 DA FD 9A\n"
    "                    B1 88 A6 7D 94 F3 A2 9B 1D 27 17 3F C7 1C A1 A8\n"
    "                    EC F9 89 8C 22 F0 6B 80 35 84 50 5D 2D 8F E2 4A\n"
    "                    59 AA D4 88 79 BB 12 05 CC 90 7F 3A 0B C4 F6 61\n"
    "                    BB 9F D5 F5 8E 26 FD D3 70 7B B0 CE 25 14 7A 61\n"
    "                    CB C0 EB 51 C7 A5 A3 FC F4 1A 7B 1A BB FC 51 F7\n"
    "                    69 4A 7D 14 57 2E C5 B7 45 05 62 34 96 D4 8A D7\n"
    "                    41 7A 4E EF 4A CD 9A 27 32 0B E0 18 AE 70 15 83\n"
    "                    3A 72 41 BA 31 96 94 F1 B4 B0 08 87 66 7D F8 56\n"
    "                    F3 C7 47 78 AC CC 97 20 9F 02 03 01 00 01\n"
    "Number of extensions: 4\n";

/* Byte for byte what the reference shows. */
static void
a_certificate_is_shown_as_gskkyman_does(void **state)
{
	struct buf der = hex_buf(zvmca_hex);
	struct kdb db = KDB_INIT;
	struct row row;
	struct info info = { .row = &row, .db = &db };
	char *brief;
	size_t common;

	(void)state;
	(void)put_entry(&db, ENTRY_KEY, "first", NULL);
	row = add(&db, ENTRY_KEY, "ZVMCA", buf_span(&der));
	assert_shown(CERTIFICATE, &info, zvmca_screen);
	/* -dc: the same without the bytes of the key and the extensions */
	common = (size_t)(strstr(zvmca_screen, "        Public key: ") - zvmca_screen);
	brief = shown(BRIEF, &info, 0);
	assert_int_equal(strlen(brief), common);
	assert_memory_equal(brief, zvmca_screen, common);
	free(brief);
	kdb_release(&db);
	buf_release(&der);
}

static void
openssl_sees_the_same(void **state)
{
	static const char *const lines[] = {
		"serial=5D0A8F8000087035",
		"notBefore=Jun 19 10:41:04 2019 GMT",
		"notAfter=Jun 18 10:41:04 2020 GMT",
		"subject=CN = zvmca, OU = ITC, O = ITC, C = US",
	};
	char folder[TOOL_PATH_MAX];
	struct buf der = hex_buf(zvmca_hex);
	struct buf key = BUF_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	assert_true(tool_enter(folder));
	if (!tool_here("openssl")) {
		print_message("# skipped: openssl is not here\n");
		goto out;
	}
	assert_true(tool_write("c", buf_span(&der)));
	assert_int_equal(tool_run("openssl x509 -inform DER -in c -noout -serial -dates -subject "
				  "-nameopt oneline,dn_rev"),
			 0);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_true(tool_says("out", lines[i]));
	assert_int_equal(tool_run("openssl x509 -inform DER -in c -noout -pubkey |"
				  " openssl rsa -pubin -RSAPublicKey_out -outform DER -out k"),
			 0);
	assert_true(tool_read(&key, "k"));
	buf_put_text(&text, "        Public key:");
	for (size_t i = 0; i < key.size; i++)
		buf_printf(&text, "%s%02X", i && i % 16 == 0 ? "\n                    " : " ",
			   key.data[i]);
	assert_non_null(strstr(zvmca_screen, buf_text(&text)));
out:
	tool_leave(folder);
	buf_release(&text);
	buf_release(&key);
	buf_release(&der);
}

static void
extensions_are_listed_and_shown(void **state)
{
	static const char *const details[] = {
		"A0 8A 52 1F D1 85 72 37 30 A0 66 B1 37 02 23 00\n98 B0 0D E4\n",
		"Key identifier:\nA0 8A 52 1F D1 85 72 37 30 A0 66 B1 37 02 23 00\n98 B0 0D E4\n",
		"keyCertSign\ncRLSign\n",
		"Certification authority: Yes\n",
	};
	struct buf der = hex_buf(zvmca_hex);
	struct kdb db = KDB_INIT;
	struct row row = add(&db, ENTRY_CERT, "ZVMCA", buf_span(&der));
	struct info info = { .row = &row, .db = &db };

	(void)state;
	assert_int_equal(info_extension_count(&info), 4);
	assert_shown(EXTENSIONS, &info,
		     "\n"
		     "                   Certificate Extensions List\n"
		     "\n"
		     "   1 - subjectKeyIdentifier\n"
		     "   2 - authorityKeyIdentifier\n"
		     "   3 - keyUsage (critical)\n"
		     "   4 - basicConstraints (critical)\n");
	for (size_t i = 0; i < ARRAY_SIZE(details) + 1; i++) {
		char *text = shown(EXTENSION, &info, i);

		assert_string_equal(text, i < ARRAY_SIZE(details) ? details[i] : "");
		free(text);
	}
	kdb_release(&db);
	buf_release(&der);
}

/* --- Records --- */

static void
records_are_numbered_as_lists_are(void **state)
{
	struct forged ca = { .key = NULL };
	struct forged leaf = { .key = NULL };
	struct kdb db = KDB_INIT;
	struct row ca_row;
	struct row leaf_row;
	struct info info = { .row = &leaf_row, .db = &db };

	(void)state;
	forge(&ca, &(struct recipe){ .subject = "CN=ca", .ca = true }, NULL);
	forge(&leaf, &(struct recipe){ .subject = "CN=leaf", .key = "ec:p256" }, &ca);
	leaf_row = add(&db, ENTRY_KEY, "leaf", buf_span(&leaf.der));
	assert_line(CERTIFICATE, &info, "         Record ID: 1");
	assert_line(CERTIFICATE, &info, "  Issuer Record ID: 0");
	(void)put_entry(&db, ENTRY_CERT, "between", "no certificate");
	ca_row = add(&db, ENTRY_CERT, "ca", buf_span(&ca.der));
	assert_line(CERTIFICATE, &info, "  Issuer Record ID: 3");
	assert_line(CERTIFICATE, &info, "Public key algorithm: ecPublicKey");
	assert_line(CERTIFICATE, &info, "   Public key size: 256");
	assert_line(CERTIFICATE, &info, "Signature algorithm: Ed25519");
	info.row = &ca_row;
	assert_line(CERTIFICATE, &info, "         Record ID: 3");
	assert_line(CERTIFICATE, &info, "  Issuer Record ID: 3");
	/* of a file */
	info.db = NULL;
	assert_line(CERTIFICATE, &info, "         Record ID: 0");
	assert_line(CERTIFICATE, &info, "  Issuer Record ID: 0");
	kdb_release(&db);
	forge_release(&leaf);
	forge_release(&ca);
}

static void
what_is_no_certificate_is_told(void **state)
{
	struct kdb db = KDB_INIT;
	struct row damaged = { .entry = put_entry(&db, ENTRY_CERT, "odd\033[m", "x") };
	struct row none = { .entry = put_entry(&db, ENTRY_KEY, "key", NULL) };
	struct info info = { .row = &damaged, .db = &db };

	(void)state;
	assert_shown(CERTIFICATE, &info,
		     "\n"
		     "                   Certificate Information\n"
		     "\n"
		     "             Label: odd\\x1b[m\n"
		     "         Record ID: 2\n"
		     "  Issuer Record ID: 0\n"
		     "           Trusted: Yes\n"
		     "\n"
		     "The certificate is damaged.\n");
	assert_int_equal(info_extension_count(&info), 0);
	assert_shown(EXTENSION, &info, "");
	info.row = &none;
	assert_line(CERTIFICATE, &info, "There is no certificate.");
	kdb_release(&db);
}

/* --- Keys --- */

static void
keys_are_shown(void **state)
{
	struct buf der = hex_buf(zvmca_hex);
	struct kdb db = KDB_INIT;
	struct row row = add(&db, ENTRY_KEY, "ZVMCA", buf_span(&der));
	struct info info = { .row = &row, .db = &db };

	(void)state;
	assert_shown(KEY, &info,
		     "\n"
		     "                   Key Information\n"
		     "\n"
		     "             Label: ZVMCA\n"
		     "         Record ID: 1\n"
		     "  Issuer Record ID: 1\n"
		     "           Trusted: Yes\n"
		     "       Default key: Yes\n"
		     "Private key algorithm: rsaEncryption\n"
		     "  Private key size: 2048\n"
		     "      Subject name: zvmca\n"
		     "                    ITC\n"
		     "                    ITC\n"
		     "                    US\n");
	kdb_release(&db);
	buf_release(&der);
}

/* What only the passphrase would tell is not guessed. */
static void
keys_without_certificate_are_shown(void **state)
{
	struct kdb db = KDB_INIT;
	struct entry *open = make_entry(ENTRY_KEY, "open", NULL, NULL);
	struct row row = { .entry = put_entry(&db, ENTRY_KEY, "shut", NULL) };
	struct info info = { .row = &row, .db = &db };
	struct key *key = NULL;

	(void)state;
	assert_shown(KEY, &info,
		     "\n"
		     "                   Key Information\n"
		     "\n"
		     "             Label: shut\n"
		     "         Record ID: 1\n"
		     "  Issuer Record ID: 0\n"
		     "           Trusted: Yes\n"
		     "       Default key: Yes\n"
		     "Private key algorithm: Unknown\n"
		     "      Subject name: None\n");
	assert_int_equal(key_generate(&key, "ec:p521", NULL), RC_OK);
	assert_int_equal(key_pkcs8(&open->open_key, key), RC_OK);
	row.entry = open;
	assert_line(KEY, &info, "Private key algorithm: ecPublicKey");
	assert_line(KEY, &info, "  Private key size: 521");
	assert_line(KEY, &info, "       Default key: No");
	key_free(&key);
	entry_unref(&open);
	kdb_release(&db);
}

static void
secret_keys_are_shown(void **state)
{
	struct kdb db = KDB_INIT;
	struct entry *open = make_entry(ENTRY_SECRET, "open", NULL, NULL);
	struct row row = { .entry = put_entry(&db, ENTRY_SECRET, "shut", NULL) };
	struct info info = { .row = &row, .db = &db };
	struct secret *raw = NULL;

	(void)state;
	assert_shown(KEY, &info,
		     "\n"
		     "                   Key Information\n"
		     "\n"
		     "             Label: shut\n"
		     "         Record ID: 1\n"
		     "Secret key algorithm: Unknown\n");
	assert_int_equal(secret_from(&raw, span_text("0123456789abcdef")), RC_OK);
	assert_int_equal(key_wrap_secret(&open->open_key, raw), RC_OK);
	row.entry = open;
	assert_line(KEY, &info, "Secret key algorithm: aes");
	assert_line(KEY, &info, "   Secret key size: 128");
	secret_free(&raw);
	entry_unref(&open);
	kdb_release(&db);
}

/* A request with this name and the Ed25519 key above; nobody signed it. */
static struct buf
make_csr(const char *name)
{
	struct buf der = BUF_INIT;

	hex_put(&der, "020100", NULL);
	forge_put_name(&der, name);
	hex_put(&der, ed25519_spki, NULL);
	hex_put(&der, "a000", NULL);
	der_wrap(&der, 0, DER_SEQUENCE);
	hex_put(&der, ed25519_alg, NULL);
	hex_put(&der, "03020000", NULL);
	der_wrap(&der, 0, DER_SEQUENCE);
	return der;
}

static void
requests_are_shown(void **state)
{
	struct buf der = make_csr("CN=web,O=Example\\, Inc.");
	struct kdb db = KDB_INIT;
	struct request *r = make_request("web", NULL, "key");
	struct row row = { .request = r };
	struct info info = { .row = &row, .db = &db };

	(void)state;
	(void)put_request(&db, "another");
	assert_int_equal(piece_copy(&r->csr, buf_span(&der)), RC_OK);
	assert_int_equal(kdb_add_request(&db, r), RC_OK);
	assert_shown(KEY, &info,
		     "\n"
		     "                   Key Information\n"
		     "\n"
		     "             Label: web\n"
		     "         Record ID: 2\n"
		     "Private key algorithm: Ed25519\n"
		     "  Private key size: 256\n"
		     "      Subject name: web\n"
		     "                    Example, Inc.\n");
	assert_line(CERTIFICATE, &info, "There is no certificate.");
	row.request = db.requests[0];
	assert_line(KEY, &info, "Private key algorithm: Unknown");
	assert_line(KEY, &info, "      Subject name: None");
	request_unref(&r);
	kdb_release(&db);
	buf_release(&der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_is_shown_as_gskkyman_does),
		cmocka_unit_test(openssl_sees_the_same),
		cmocka_unit_test(extensions_are_listed_and_shown),
		cmocka_unit_test(records_are_numbered_as_lists_are),
		cmocka_unit_test(what_is_no_certificate_is_told),
		cmocka_unit_test(keys_are_shown),
		cmocka_unit_test(keys_without_certificate_are_shown),
		cmocka_unit_test(secret_keys_are_shown),
		cmocka_unit_test(requests_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
