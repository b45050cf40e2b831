/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screens whose numbers stand for values. Weak choices keep the numbers that gskkyman gives them,
 * and are refused. */
#include "ui/menu.h"

#define RSA_1024       "1024-bit RSA keys can be broken; 2048 bits is the least."
#define NO_DSA         "DSA is withdrawn (FIPS 186-5) and no TLS 1.3 program takes it."
#define NO_DH          "Fixed Diffie-Hellman is gone since TLS 1.3; an ECC key does what it did."
#define NO_SHA1        "SHA-1 signatures can be forged and are refused everywhere; 3 is SHA-256."
#define NO_SHA224      "SHA-224 is not offered: few programs take it; 3 is SHA-256."
#define NO_BRAINPOOL   "No TLS 1.3 profile in wide use has these curves; take a NIST curve."
#define NO_SMALL_CURVE "This curve is too small for new keys; 3 is secp256r1."
#define NO_VERSION_1   "PKCS #12 version 1 is a draft that nothing reads; take version 3."

static const char help_number[] =
    "Type the number of a line and ENTER: 2 takes the second. ENTER alone goes back\n"
    "to the menu.";

static const struct choice usage_list[] = {
	{ .key = "1", .text = "CA certificate", .value = "ca" },
	{ .key = "2", .text = "User or server certificate", .value = "peer" },
	{ .key = NULL },
};

const struct choices choices_usage = {
	.title = "Certificate Usage",
	.list = usage_list,
	.prompt = "Select certificate usage (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice rsa_list[] = {
	{ .key = "1", .text = "1024-bit key", .refused = RC_WEAK, .why = RSA_1024 },
	{ .key = "2", .text = "2048-bit key", .value = "rsa:2048" },
	{ .key = "3", .text = "4096-bit key", .value = "rsa:4096" },
	{ .key = NULL },
};

static const struct choices choices_rsa = {
	.title = "RSA Key Size",
	.list = rsa_list,
	.prompt = "Select RSA key size (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice nist_list[] = {
	{ .key = "1", .text = "secp192r1", .refused = RC_WEAK, .why = NO_SMALL_CURVE },
	{ .key = "2", .text = "secp224r1", .refused = RC_WEAK, .why = NO_SMALL_CURVE },
	{ .key = "3", .text = "secp256r1", .value = "ec:p256" },
	{ .key = "4", .text = "secp384r1", .value = "ec:p384" },
	{ .key = "5", .text = "secp521r1", .value = "ec:p521" },
	{ .key = NULL },
};

static const struct choices choices_nist = {
	.title = "NIST Recommended Curve Type",
	.list = nist_list,
	.prompt = "Select NIST recommended curve type (press ENTER to return to menu):",
	.help = help_number,
};

#define BRAINPOOL(number, name)                                                                 \
	{                                                                                       \
		.key = (number), .text = (name), .refused = RC_UNSUPPORTED, .why = NO_BRAINPOOL \
	}

static const struct choice brainpool_list[] = {
	BRAINPOOL("1", "brainpoolP160r1"), BRAINPOOL("2", "brainpoolP192r1"),
	BRAINPOOL("3", "brainpoolP224r1"), BRAINPOOL("4", "brainpoolP256r1"),
	BRAINPOOL("5", "brainpoolP320r1"), BRAINPOOL("6", "brainpoolP384r1"),
	BRAINPOOL("7", "brainpoolP512r1"), { .key = NULL },
};

static const struct choices choices_brainpool = {
	.title = "Brainpool Defined Curve Type",
	.list = brainpool_list,
	.prompt = "Select Brainpool defined curve type (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice ecc_list[] = {
	{ .key = "1", .text = "NIST recommended curve", .next = &choices_nist },
	{ .key = "2", .text = "Brainpool defined curve", .next = &choices_brainpool },
	{ .key = "3", .text = "Edwards curve (Ed25519)", .value = "ed25519" },
	{ .key = NULL },
};

static const struct choices choices_ecc = {
	.title = "ECC Key Type",
	.list = ecc_list,
	.prompt = "Select ECC key type (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice key_list[] = {
	{ .key = "1", .text = "Certificate with an RSA key", .next = &choices_rsa },
	{ .key = "2", .text = "Certificate with a DSA key", .refused = RC_POLICY, .why = NO_DSA },
	{ .key = "3", .text = "Certificate with an ECC key", .next = &choices_ecc },
	{ .key = NULL },
};

const struct choices choices_key = {
	.title = "Certificate Key Algorithm",
	.list = key_list,
	.prompt = "Select certificate key algorithm (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice signed_key_list[] = {
	{ .key = "1", .text = "Certificate with an RSA key", .next = &choices_rsa },
	{ .key = "2", .text = "Certificate with a DSA key", .refused = RC_POLICY, .why = NO_DSA },
	{ .key = "3", .text = "Certificate with an ECC key", .next = &choices_ecc },
	{ .key = "4",
	  .text = "Certificate with a Diffie-Hellman key",
	  .refused = RC_POLICY,
	  .why = NO_DH },
	{ .key = NULL },
};

const struct choices choices_signed_key = {
	.title = "Certificate Key Algorithm",
	.list = signed_key_list,
	.prompt = "Select certificate key algorithm (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice digest_list[] = {
	{ .key = "1", .text = "SHA-1", .refused = RC_WEAK, .why = NO_SHA1 },
	{ .key = "2", .text = "SHA-224", .refused = RC_WEAK, .why = NO_SHA224 },
	{ .key = "3", .text = "SHA-256", .value = "sha256" },
	{ .key = "4", .text = "SHA-384", .value = "sha384" },
	{ .key = "5", .text = "SHA-512", .value = "sha512" },
	{ .key = NULL },
};

const struct choices choices_digest = {
	.title = "Signature Digest Type",
	.list = digest_list,
	.prompt = "Select digest type (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice name_list[] = {
	{ .key = "1", .text = "Directory name (DN)", .value = "dir" },
	{ .key = "2", .text = "Domain name (DNS)", .value = "dns" },
	{ .key = "3", .text = "E-mail address (SMTP)", .value = "email" },
	{ .key = "4", .text = "Network address (IP)", .value = "ip" },
	{ .key = "5", .text = "Uniform resource identifier (URI)", .value = "uri" },
	{ .key = NULL },
};

const struct choices choices_name = {
	.title = "Subject Alternate Name Type",
	.list = name_list,
	.prompt = "Select subject alternate name type (press ENTER if name is complete):",
	.help = "Type the number of a kind of name, then a name of that kind: 2 and\n"
		"web.example.com. ENTER alone when there are no more.",
};

static const struct choice export_list[] = {
	{ .key = "1", .text = "Binary ASN.1 DER", .value = "der" },
	{ .key = "2", .text = "Base64 ASN.1 DER", .value = "pem" },
	{ .key = "3", .text = "Binary PKCS #7", .value = "p7c" },
	{ .key = "4", .text = "Base64 PKCS #7", .value = "p7b" },
	{ .key = NULL },
};

const struct choices choices_export = {
	.title = "Export File Format",
	.list = export_list,
	.prompt = "Select export format (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice export_key_list[] = {
	{ .key = "1",
	  .text = "Binary PKCS #12 Version 1",
	  .refused = RC_UNSUPPORTED,
	  .why = NO_VERSION_1 },
	{ .key = "2",
	  .text = "Base64 PKCS #12 Version 1",
	  .refused = RC_UNSUPPORTED,
	  .why = NO_VERSION_1 },
	{ .key = "3", .text = "Binary PKCS #12 Version 3", .value = "p12" },
	{ .key = "4", .text = "Base64 PKCS #12 Version 3", .value = "p12-base64" },
	{ .key = NULL },
};

const struct choices choices_export_key = {
	.title = "Export File Format",
	.list = export_key_list,
	.prompt = "Select export format (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice group_list[] = {
	{ .key = "1", .text = "2048-bit group (ffdhe2048)", .value = "ffdhe2048" },
	{ .key = "2", .text = "3072-bit group (ffdhe3072)", .value = "ffdhe3072" },
	{ .key = "3", .text = "4096-bit group (ffdhe4096)", .value = "ffdhe4096" },
	{ .key = NULL },
};

static const struct choices choices_group = {
	.title = "Diffie-Hellman Key Size",
	.list = group_list,
	.prompt = "Select Diffie-Hellman key size (press ENTER to return to menu):",
	.help = help_number,
};

static const struct choice parameters_list[] = {
	{ .key = "1", .text = "DSA key parameters", .refused = RC_POLICY, .why = NO_DSA },
	{ .key = "2", .text = "Diffie-Hellman key parameters", .next = &choices_group },
	{ .key = NULL },
};

const struct choices choices_parameters = {
	.title = "Key Parameter Type",
	.list = parameters_list,
	.prompt = "Select key parameter type (press ENTER to return to menu):",
	.help = help_number,
};
