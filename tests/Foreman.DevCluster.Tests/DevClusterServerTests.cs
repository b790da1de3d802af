using System.Net.Sockets;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests;

public sealed class DevClusterServerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<DevClusterServer> StartAsync(int history = 4096, int port = 0) =>
        DevClusterServer.StartAsync(new DevClusterOptions { StateDirectory = _folder.Path, WatchHistory = history, Port = port });

    private static string Map(int value) => $$$"""{"metadata":{"name":"m{{{value}}}"},"data":{"a":"{{{value}}}"}}""";

    [Fact]
    public async Task The_kubeconfig_can_be_read_by_its_owner_only_and_goes_with_the_cluster()
    {
        var server = await StartAsync();
        var path = server.KubeconfigPath;
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Equal(("https", "127.0.0.1"), (server.Url.Scheme, server.Url.Host));
        await server.DisposeAsync();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Without_the_right_token_only_health_and_version_answer()
    {
        await using var server = await StartAsync();
        var stranger = _folder.Write("stranger", File.ReadAllText(server.KubeconfigPath).Replace(server.Token, new string('0', server.Token.Length), StringComparison.Ordinal));
        using var api = RawApi.Connect(stranger, "default");
        var refused = await api.GetAsync("api/v1/namespaces");
        Assert.Equal((401, "Unauthorized"), (refused.Code, refused.Reason));
        Assert.Equal("ok", (await api.GetAsync("readyz")).Text);
        Assert.Equal("36", (string?)(await api.GetAsync("version"))["minor"]);
    }

    [Fact]
    public async Task The_namespaces_of_a_new_cluster_are_there_from_the_start()
    {
        await using var server = await StartAsync();
        using var api = RawApi.Connect(server.KubeconfigPath, "default");
        foreach (var name in (string[])["default", "kube-system", "foreman-system"])
        {
            Assert.Equal("Active", (string?)(await api.GetAsync("api/v1/namespaces/" + name))["status.phase"]);
        }
    }

    [Fact]
    public async Task A_watch_from_before_the_history_gets_410_and_so_does_an_evicted_page()
    {
        await using var server = await StartAsync(history: 3);
        using var api = RawApi.Connect(server.KubeconfigPath, "default");
        const string Maps = "api/v1/namespaces/default/configmaps";
        var first = await api.PostAsync(Maps, Map(0));
        for (var i = 1; i < 6; i++)
        {
            await api.PostAsync(Maps, Map(i));
        }

        await using var watch = await api.Watch($"{Maps}?watch=true&resourceVersion={first.Version}").OpenAsync();
        var error = await watch.NextAsync();
        Assert.Equal(("ERROR", 410, "Expired"), (error!.Type, (int)error.Object["code"]!, (string?)error.Object["reason"]));
        await using var ancient = await api.Watch($"{Maps}?watch=true&resourceVersion=17").OpenAsync();
        Assert.Equal("ERROR", (await ancient.NextAsync())!.Type);
        var token = (string?)(await api.GetAsync(Maps + "?limit=2"))["metadata.continue"];
        for (var i = 6; i < 80; i++)
        {
            await api.PostAsync(Maps, Map(i));
            await api.GetAsync(Maps + "?limit=1");
        }

        Assert.Equal(410, (await api.GetAsync($"{Maps}?limit=2&continue={token}")).Code);
    }

    [Fact]
    public async Task Stopping_ends_open_watches_at_once()
    {
        var server = await StartAsync();
        using var api = RawApi.Connect(server.KubeconfigPath, "default");
        await using var watch = await api.Watch("api/v1/configmaps?watch=true").OpenAsync();
        using var deadline = TestDeadline.Start(TimeSpan.FromSeconds(10));
        await server.DisposeAsync().AsTask().WaitAsync(deadline.Token);
    }

    [Fact]
    public async Task A_taken_port_is_an_error()
    {
        using var other = new TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var port = ((System.Net.IPEndPoint)other.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<IOException>(() => StartAsync(port: port));
        Assert.Contains("address already in use", error.Message);
    }

    [Fact]
    public async Task Bookmarks_advance_a_quiet_watch()
    {
        // Certificates are checked against the real clock.
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await DevClusterServer.StartAsync(new DevClusterOptions { StateDirectory = _folder.Path, TimeProvider = clock });
        using var api = RawApi.Connect(server.KubeconfigPath, "default");
        await using var watch = await api.Watch("api/v1/namespaces/default/configmaps?watch=true&allowWatchBookmarks=true").OpenAsync();
        var other = await api.PostAsync("api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"}}""");
        clock.Advance(TimeSpan.FromMinutes(2));
        var line = await watch.NextAsync();
        Assert.Equal(("BOOKMARK", other.Version), (line!.Type, (string?)line.Object["metadata"]!["resourceVersion"]));
    }

    [Fact]
    public async Task A_changed_definition_gives_stored_objects_its_new_defaults_and_a_deleted_one_takes_them_along()
    {
        await using var server = await StartAsync();
        using var api = RawApi.Connect(server.KubeconfigPath, "default");
        string Definition(string more) => $"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: things.x.dev}}\nspec:\n  group: x.dev\n  names: {{kind: Thing, plural: things}}\n  scope: Namespaced\n  versions:\n  - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {{a: {{type: string}}{more}}}}}}}}}}}}}\n";
        const string Definitions = "apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        const string Things = "apis/x.dev/v1/namespaces/default/things";
        var made = await api.PostAsync(Definitions, Definition(""), "application/yaml");
        Assert.True(made.Code == 201, made.Text);
        await api.PostAsync(Things, """{"apiVersion":"x.dev/v1","kind":"Thing","metadata":{"name":"one"},"spec":{"a":"1"}}""");
        var changed = await api.ApplyPatchAsync(Definitions + "/things.x.dev?fieldManager=t&force=true", Definition(", b: {type: string, default: two}"));
        Assert.True(changed.Code == 200, changed.Text);
        Assert.Equal("two", (string?)(await api.GetAsync(Things + "/one"))["spec.b"]);
        await api.DeleteAsync(Definitions + "/things.x.dev");
        Assert.Equal(404, (await api.GetAsync(Things + "/one")).Code);
        await api.PostAsync(Definitions, Definition(""), "application/yaml");
        Assert.Empty((await api.GetAsync(Things))["items"]!.AsArray());
    }
}
