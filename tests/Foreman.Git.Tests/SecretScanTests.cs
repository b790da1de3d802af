using System.Text;

namespace Foreman.Git.Tests;

public class SecretScanTests
{
    // Put together from parts, so that no scanner takes this file for a leak.
    public static TheoryData<string> Planted => new(
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----",
        "client-key-data: " + Convert.ToBase64String(Encoding.UTF8.GetBytes("-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEvQ")),
        "tls.key: " + Convert.ToBase64String(Encoding.UTF8.GetBytes("-----BEGIN " + "PRIVATE KEY-----\nMIIEvQ")),
        "AGE-SECRET-KEY-1" + new string('Q', 58),
        "token: " + Part("{\"alg\":\"RS256\",\"kid\":\"abcdef\"}") + "." + Part("{\"iss\":\"kubernetes/serviceaccount\",\"sub\":\"system:serviceaccount:default:x\"}") + "." + new string('s', 342),
        "sk-or-v1-" + new string('0', 64),
        "key = AKIA" + "ABCDEFGHIJKLMNOP",
        "token: ghp_" + new string('a', 36),
        "github_pat_" + new string('b', 82),
        "glpat-" + new string('c', 20),
        "xoxb-" + "123456789012-abcdefghij",
        "AIza" + new string('d', 35),
        "sk-ant-" + new string('e', 40),
        "sk-proj-" + new string('e', 40),
        "npm_" + new string('f', 36),
        "sk_live_" + new string('g', 24),
        "hf_" + new string('H', 34),
        "AccountKey=" + new string('i', 86) + "==",
        "https://bot:" + new string('j', 24) + "@git.example.com/x");

    private static string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=');

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_key_of_a_known_form_is_found(string text)
    {
        Assert.NotNull(new SecretScan([]).Find("  x = \"" + text + "\";"));
        Assert.NotNull(new SecretScan([]).Find(string.Join('\0', text.ToCharArray())));
    }

    [Theory]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    [InlineData("certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t")]
    [InlineData("LS0tLS1CRUdJTiBSU0EgUFVCTElDIEtFWS0tLS0t")]
    [InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c")]
    [InlineData("password = os.environ['PASSWORD']")]
    [InlineData("ghp_short")]
    [InlineData("https://user:pass@example.com")]
    [InlineData("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("task-sk-list-of-things")]
    public void What_only_looks_like_one_is_not(string text) => Assert.Null(new SecretScan([]).Find(text));

    [Fact]
    public void Lines_with_secrets_are_left_out_of_a_text_and_keys_to_their_end()
    {
        var text = "a\r\nx canary-value-1\r\n-----BEGIN " + "PRIVATE KEY-----\nMIIEvQ\nIBADAN\n-----END PRIVATE KEY-----\nb";

        Assert.Equal("a\r\n[left out: a secret of this host]\n[left out: private key]\nb", new SecretScan(["canary-value-1"]).Without(text));
        Assert.Equal("a\n\nb", new SecretScan([]).Without("a\n\nb"));
        Assert.Equal("[left out: private key]", new SecretScan([]).Without("-----BEGIN " + "PRIVATE KEY-----\nMIIEvQ"));
        Assert.Equal("[left out: private key]\nb", new SecretScan([]).Without("-----BEGIN " + "PRIVATE KEY-----MIIEvQ-----END PRIVATE KEY-----\nb"));
    }

    [Fact]
    public void Only_the_words_with_secrets_are_left_out_where_that_is_asked_for()
    {
        var key = "ghp_" + new string('a', 36);
        var scan = new SecretScan(["canary-value-1"]);

        Assert.Equal("wrote [left out: GitHub token]  with [left out: a secret of this host] in it\r\nb", scan.WithoutWords($"wrote a/{key}.txt  with x=canary-value-1; in it\r\nb"));
        Assert.Equal("[left out: private key]\nb", scan.WithoutWords("it is -----BEGIN " + "PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\nb"));
        Assert.Equal("[left out: GitHub token]", scan.WithoutWords(string.Join('\0', key.ToCharArray())));
        Assert.Equal("a\n\nb ", scan.WithoutWords("a\n\nb "));
    }

    [Fact]
    public void The_end_of_a_private_key_is_left_out_where_a_text_begins_within_it()
    {
        var body = new string('k', 64);
        var end = "-----END " + "RSA PRIVATE KEY-----";

        Assert.Equal("before\n[left out: private key]\nafter", new SecretScan([]).Without($"before\n{body}\n+{body}\nab==\n{end}\nafter"));
        Assert.Equal("[left out: private key]", new SecretScan([]).WithoutWords($"{body}\n1 | {body}\n{end}"));
        Assert.Equal("it is a word\n[left out: private key]", new SecretScan([]).Without($"it is a word\nab==\n{end}"));
    }

    [Fact]
    public void A_text_that_holds_a_known_value_in_pieces_is_left_out_whole()
    {
        const string Secret = "canary-0123456789-abcdefghijklmnop";
        var diff = $"+first = '{Secret[..20]}'\n+second = '{Secret[20..]}'\n+third = 3";

        Assert.Equal(diff, new SecretScan([]).Without(diff));
        Assert.Equal(diff, new SecretScan([Secret]).Without(diff));
        var wrapped = $"+{Secret[..20]}\n+{Secret[20..]}\n+third = 3";
        Assert.Equal("[left out: a secret of this host]", new SecretScan([Secret]).Without(wrapped));
    }

    [Fact]
    public void A_value_that_is_known_is_found_in_the_forms_in_which_it_is_sent()
    {
        const string Secret = "canary/value+1";
        var scan = new SecretScan([Secret, "short"]);

        Assert.NotNull(scan.Find($"x{Secret}y"));
        Assert.NotNull(scan.Find(Uri.EscapeDataString(Secret)));
        foreach (var before in (string[])["", "u", "us", "user:", "x-access-token:"])
        {
            Assert.NotNull(scan.Find(Convert.ToBase64String(Encoding.UTF8.GetBytes(before + Secret + "z"))));
        }

        Assert.Null(scan.Find("this is short"));
    }
}
