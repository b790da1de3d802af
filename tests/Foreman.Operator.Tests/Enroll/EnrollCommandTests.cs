using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Foreman.Operator.Enroll;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Enroll;

public sealed class EnrollCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, KubeApiServer]
    public async Task The_kubeconfig_is_the_hosts_own_and_readable_by_its_owner_only(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        var file = _folder["mac-1.kubeconfig"];

        var run = await EnrollAsync("mac-1", "--namespace", space, "--kubeconfig", cluster.AdminKubeconfigPath, "--output", file);

        Assert.Equal((0, ""), (run.Code, run.Output));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal($"system:serviceaccount:{space}-hosts:mac-1", (await new Kubectl(file).RunAsync("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")).Trim());
        Assert.Contains("valid until", run.Error, StringComparison.Ordinal);
        Assert.Contains("can be reached from this machine only", run.Error, StringComparison.Ordinal);
    }

    [Theory, KubeApiServer]
    public async Task A_host_can_be_enrolled_again_and_the_kubeconfig_names_the_server_as_the_host_sees_it(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        string[] arguments = ["gpu.office", "--namespace", space, "--kubeconfig", cluster.AdminKubeconfigPath, "--server", "https://api.example.com:6443", "--output", "-"];

        var first = await EnrollAsync(arguments);
        var second = await EnrollAsync(arguments);

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Contains("    server: https://api.example.com:6443\n", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("admin", second.Output, StringComparison.Ordinal);
        Assert.Contains("it was before", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("from this machine only", second.Error, StringComparison.Ordinal);
    }

    [Theory, KubeApiServer, Trait("Kind", "15")]
    public async Task A_host_checks_the_clusters_certificate_even_if_the_admin_does_not(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        var admin = await File.ReadAllTextAsync(cluster.AdminKubeconfigPath);
        var authority = System.Text.RegularExpressions.Regex.Match(admin, "certificate-authority-data: *\"?([A-Za-z0-9+/=]+)\"?").Groups[1].Value;
        var pem = _folder.Write("ca.crt", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(authority)));
        await cluster.Kubectl.RunAsync("create", "configmap", "kube-root-ca.crt", "-n", space + "-hosts", $"--from-file=ca.crt={pem}");

        var run = await EnrollAsync("mac-1", "--namespace", space, "--kubeconfig", Insecure(admin), "--output", "-");

        Assert.Equal(0, run.Code);
        Assert.Contains("    certificate-authority-data: ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("insecure-skip-tls-verify", run.Output, StringComparison.Ordinal);
        Assert.Contains("which was read over an unchecked connection", run.Error, StringComparison.Ordinal);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(pem);
        var fingerprint = Convert.ToHexString(certificate.GetCertHash(HashAlgorithmName.SHA256));
        Assert.Contains(fingerprint, run.Error.Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var elsewhere = await EnrollAsync("mac-1", "--namespace", space, "--kubeconfig", Insecure(admin), "--server", "https://127.0.0.1:1");
        Assert.Contains("NO CERTIFICATE IS CHECKED", elsewhere.Error, StringComparison.Ordinal);
    }

    [Theory, KubeApiServer, Trait("Kind", "15")]
    public async Task A_host_that_can_check_no_certificate_is_a_loud_warning(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);

        var run = await EnrollAsync("mac-1", "--namespace", space, "--kubeconfig", Insecure(await File.ReadAllTextAsync(cluster.AdminKubeconfigPath)), "--output", "-");

        Assert.Equal(0, run.Code);
        Assert.Contains("    insecure-skip-tls-verify: true\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Mind: NO CERTIFICATE IS CHECKED", run.Error, StringComparison.Ordinal);
    }

    [Theory, KubeApiServer]
    public async Task A_host_reads_the_Secrets_that_were_granted_by_name_until_they_are_revoked(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        await cluster.Kubectl.RunAsync("create", "secret", "generic", "keys", "-n", space, "--from-literal=token=abc");
        await cluster.Kubectl.RunAsync("create", "secret", "generic", "others", "-n", space, "--from-literal=token=abc");
        var file = _folder["mac-1.kubeconfig"];
        string[] host = ["mac-1", "--namespace", space, "--kubeconfig", cluster.AdminKubeconfigPath];

        var first = await EnrollAsync([.. host, "--output", file, "--secret", $"{space}/keys"]);
        var again = await EnrollAsync([.. host, "--secret", $"{space}/keys"]);

        Assert.Equal((0, ""), (first.Code, first.Output));
        Assert.Equal((0, ""), (again.Code, again.Output));
        Assert.Contains($"mac-1 may read the Secret {space}/keys.", again.Error, StringComparison.Ordinal);
        Assert.Contains($"Secrets granted to mac-1: {space}/keys.", again.Error, StringComparison.Ordinal);
        var agent = new Kubectl(file);
        await Eventually.TrueAsync(async () => (await agent.TryAsync("get", "secret", "keys", "-n", space)).ExitCode == 0, "the grant to be known");
        Assert.NotEqual(0, (await agent.TryAsync("get", "secret", "others", "-n", space)).ExitCode);
        Assert.NotEqual(0, (await agent.TryAsync("get", "secrets", "-n", space)).ExitCode);

        var revoked = await EnrollAsync([.. host, "--revoke-secret", $"{space}/keys"]);

        Assert.Contains("may not read the Secret", revoked.Error, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await agent.TryAsync("get", "secret", "keys", "-n", space)).ExitCode != 0, "the grant to be gone");
        Assert.Contains("was not granted", (await EnrollAsync([.. host, "--revoke-secret", $"{space}/keys"])).Error, StringComparison.Ordinal);
    }

    [Theory, KubeApiServer]
    public async Task A_Secret_in_a_namespace_that_is_not_there_is_a_failure(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);

        var run = await EnrollAsync("mac-1", "--namespace", space, "--kubeconfig", cluster.AdminKubeconfigPath, "--secret", "nowhere-at-all/keys");

        Assert.Equal(1, run.Code);
        Assert.Contains("the namespace nowhere-at-all is not there", run.Error, StringComparison.Ordinal);
    }

    [Theory, KubeApiServer]
    public async Task Without_the_chart_the_command_says_what_to_install(IClusterUnderTest cluster)
    {
        var file = _folder["never.kubeconfig"];

        var run = await EnrollAsync("mac-1", "--namespace", "nowhere", "--kubeconfig", cluster.AdminKubeconfigPath, "--output", file);

        Assert.Equal(1, run.Code);
        Assert.Contains("the namespace nowhere-hosts is not there: install the chart", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Theory, KubeApiServer]
    public async Task Somebody_without_the_right_is_told_what_is_missing(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        var nobody = await cluster.KubeconfigForAsync("nobody", space);

        var run = await EnrollAsync("mac-1", "--namespace", space, "--kubeconfig", nobody);

        Assert.Equal(1, run.Code);
        Assert.Contains("cannot create resource \"serviceaccounts\"", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_overwritten()
    {
        var file = _folder.Write("mine", "keep me");
        var kubeconfig = _folder.Write("kc", KubeconfigText.ForToken("http://127.0.0.1:1", "", "t").Replace("    certificate-authority-data: \n", "", StringComparison.Ordinal));

        var run = await EnrollAsync("mac-1", "--kubeconfig", kubeconfig, "--output", file);

        Assert.Equal(1, run.Code);
        Assert.Contains("is there already", run.Error, StringComparison.Ordinal);
        Assert.Equal("keep me", File.ReadAllText(file));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_ends_with_3_and_leaves_no_file()
    {
        var kubeconfig = _folder.Write("kc", KubeconfigText.ForToken("http://127.0.0.1:1", "", "t").Replace("    certificate-authority-data: \n", "", StringComparison.Ordinal));

        var run = await EnrollAsync("mac-1", "--kubeconfig", kubeconfig, "--output", _folder["out"]);

        Assert.Equal(3, run.Code);
        Assert.Contains("http://127.0.0.1:1", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out"]));
    }

    [Fact]
    public async Task A_kubeconfig_that_is_not_there_ends_with_2_and_is_named()
    {
        var run = await EnrollAsync("mac-1", "--kubeconfig", _folder["none"]);

        Assert.Equal(2, run.Code);
        Assert.Contains(_folder["none"], run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mac_1", "can't be the name of a node")]
    [InlineData("foreman-agent", "is the name of a ServiceAccount inside the cluster")]
    [InlineData("mac-1 --token-life 9m", "--token-life takes a duration: 10m to 24h")]
    [InlineData("mac-1 --token-life 24h1s", "--token-life takes a duration: 10m to 24h")]
    [InlineData("mac-1 --token-life 0", "--token-life takes a duration: 10m to 24h")]
    [InlineData("mac-1 --token-life soon", "--token-life takes a duration: 10m to 24h")]
    [InlineData("mac-1 --offline-limit 721h", "--offline-limit takes a duration: 0, or 10m to 720h")]
    [InlineData("mac-1 --offline-limit 1m", "--offline-limit takes a duration: 0, or 10m to 720h")]
    [InlineData("mac-1 --offline-limit 30m", "--offline-limit is 0, or as long as --token-life at least")]
    [InlineData("mac-1 --token-life 24h --offline-limit 23h", "--offline-limit is 0, or as long as --token-life at least")]
    [InlineData("mac-1 --revoke --rotate", "--revoke takes the whole identity away: leave out --rotate")]
    [InlineData("mac-1 --revoke --secret a/b", "leave out --secret")]
    [InlineData("mac-1 --server api", "is not a URL")]
    [InlineData("mac-1 --secret keys", "'keys' is no Secret: write NAMESPACE/NAME")]
    [InlineData("mac-1 --revoke-secret a/b/c", "'a/b/c' is no Secret")]
    [InlineData("mac-1 --secret team/Keys", "'team/Keys' is no Secret")]
    public void A_wrong_argument_is_refused_with_what_is_expected(string arguments, string expected) =>
        Assert.Contains(EnrollCommand.Create().Parse(arguments.Split(' ')).Errors, e => e.Message.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("mac-1")]
    [InlineData("mac-1 --token-life 24h --offline-limit 0 --rotate --output -")]
    [InlineData("mac-1 --token-life 10m --offline-limit 720h --secret a/b")]
    [InlineData("mac-1 --offline-limit 1h")]
    [InlineData("mac-1 --revoke")]
    public void What_can_be_asked_for_together_is_taken(string arguments) =>
        Assert.Empty(EnrollCommand.Create().Parse(arguments.Split(' ')).Errors);

    private string Insecure(string kubeconfig) => _folder.Write(
        "insecure", System.Text.RegularExpressions.Regex.Replace(kubeconfig, "certificate-authority-data: .*", "insecure-skip-tls-verify: true"));

    private static async Task<string> ReleaseAsync(IClusterUnderTest cluster)
    {
        var space = await cluster.NewNamespaceAsync("enroll");
        await cluster.Kubectl.RunAsync("create", "namespace", space + "-hosts");
        return space;
    }

    private static async Task<(int Code, string Output, string Error)> EnrollAsync(params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var code = await EnrollCommand.Create().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
