using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Tests;

public sealed class RequestBuilderTests
{
    private static readonly ResourceType Node = new("testing.foreman.dev", "v1", "Machine", "machines", Namespaced: false);

    [Fact]
    public void Paths_follow_group_scope_and_name()
    {
        Assert.Equal("/api/v1/namespaces/a/configmaps/b", RequestBuilder.Read(V1ConfigMap.Type, "b", "a").PathAndQuery);
        Assert.Equal("/apis/coordination.k8s.io/v1/namespaces/a/leases/fn.b", RequestBuilder.Read(V1Lease.Type, "fn.b", "a").PathAndQuery);
        Assert.Equal("/apis/testing.foreman.dev/v1/machines/b", RequestBuilder.Read(Node, "b", null).PathAndQuery);
        Assert.Equal("/apis/coordination.k8s.io/v1/leases", RequestBuilder.List(V1Lease.Type, null).PathAndQuery);
        Assert.Equal("/apis/coordination.k8s.io/v1/namespaces/a/leases", RequestBuilder.List(V1Lease.Type, "a").PathAndQuery);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a%2fb")]
    [InlineData("a\\b")]
    public void A_name_that_would_change_the_url_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => RequestBuilder.Read(V1Lease.Type, name, "ns"));
        Assert.Throws<ArgumentException>(() => RequestBuilder.Read(V1Lease.Type, "a", name));
        Assert.Throws<ArgumentException>(() => RequestBuilder.Patch(V1Lease.Type, V1Patch.Merge([]), "a", "ns", new() { Subresource = name }));
    }

    [Fact]
    public void Other_characters_are_escaped() =>
        Assert.Equal("/api/v1/namespaces/n/configmaps/a%3Ab%20c", RequestBuilder.Read(V1ConfigMap.Type, "a:b c", "n").PathAndQuery);

    [Fact]
    public void Scope_and_namespace_must_fit_together()
    {
        Assert.Contains("Lease lives in a namespace", Assert.Throws<ArgumentException>(() => RequestBuilder.Read(V1Lease.Type, "a", null)).Message, StringComparison.Ordinal);
        Assert.Contains("Machine belongs to the cluster", Assert.Throws<ArgumentException>(() => RequestBuilder.List(Node, "ns")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RequestBuilder.Create(V1Lease.Type, null, default));
    }

    [Fact]
    public void List_options_become_a_query_with_escaped_values()
    {
        var request = RequestBuilder.List(Node, null, new()
        {
            LabelSelector = "a=b,c!=d",
            FieldSelector = "status.phase=Ready",
            Limit = 5,
            ContinueToken = "x y",
            ResourceVersion = "10",
            ResourceVersionMatch = "NotOlderThan",
        });

        Assert.EndsWith(
            "/machines?labelSelector=a%3Db%2Cc%21%3Dd&fieldSelector=status.phase%3DReady&limit=5&continue=x%20y&resourceVersion=10&resourceVersionMatch=NotOlderThan",
            request.PathAndQuery,
            StringComparison.Ordinal);
        Assert.Equal(HttpMethod.Get, request.Method);
    }

    [Fact]
    public void A_watch_asks_for_bookmarks_and_an_end() => Assert.EndsWith(
        "/machines?watch=1&resourceVersion=10&allowWatchBookmarks=true&timeoutSeconds=290",
        RequestBuilder.Watch(Node, null, new() { ResourceVersion = "10" }).PathAndQuery,
        StringComparison.Ordinal);

    [Fact]
    public void A_watch_that_begins_with_a_list_says_all_that_the_server_insists_on() => Assert.EndsWith(
        "/machines?watch=1&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&allowWatchBookmarks=true&timeoutSeconds=290",
        RequestBuilder.Watch(Node, null, new() { SendInitialEvents = true, AllowWatchBookmarks = false }).PathAndQuery,
        StringComparison.Ordinal);

    [Fact]
    public void The_options_of_a_log_become_a_query()
    {
        var request = RequestBuilder.PodLog("p", "n", new()
        {
            Container = "c",
            Follow = true,
            Previous = true,
            Since = TimeSpan.FromSeconds(1.5),
            TailLines = 0,
            LimitBytes = 10,
            Timestamps = true,
        });

        Assert.Equal(
            "/api/v1/namespaces/n/pods/p/log?container=c&follow=true&previous=true&sinceSeconds=2&tailLines=0&limitBytes=10&timestamps=true",
            request.PathAndQuery);
        Assert.Equal("/api/v1/namespaces/n/pods/p/log", RequestBuilder.PodLog("p", "n").PathAndQuery);
        Assert.EndsWith(
            "?sinceTime=2031-03-14T01%3A59%3A26Z",
            RequestBuilder.PodLog("p", "n", new() { SinceTime = new(2031, 3, 14, 3, 59, 26, TimeSpan.FromHours(2)) }).PathAndQuery,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_has_one_beginning()
    {
        var two = new PodLogOptions { Since = TimeSpan.FromSeconds(1), SinceTime = DateTimeOffset.UnixEpoch };

        Assert.Contains("set one of the two", Assert.Throws<ArgumentException>(() => RequestBuilder.PodLog("p", "n", two)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_or_its_status_is_replaced()
    {
        var whole = RequestBuilder.Replace(Node, "a", null, "{}"u8.ToArray(), new() { FieldManager = "me", DryRun = true });

        Assert.Equal(HttpMethod.Put, whole.Method);
        Assert.EndsWith("/machines/a?fieldValidation=Strict&fieldManager=me&dryRun=All", whole.PathAndQuery, StringComparison.Ordinal);
        Assert.EndsWith(
            "/machines/a/status?fieldValidation=Warn",
            RequestBuilder.Replace(Node, "a", null, "{}"u8.ToArray(), new() { Subresource = "status" }).PathAndQuery,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_selection_is_deleted_in_one_namespace()
    {
        var request = RequestBuilder.DeleteCollection(V1Lease.Type, "n", new() { LabelSelector = "a=b" }, new() { DryRun = true });

        Assert.Equal(HttpMethod.Delete, request.Method);
        Assert.EndsWith("/namespaces/n/leases?labelSelector=a%3Db", request.PathAndQuery, StringComparison.Ordinal);
        Assert.Equal("""{"apiVersion":"v1","kind":"DeleteOptions","dryRun":["All"]}""", Encoding.UTF8.GetString(request.Body.Span));
        Assert.Throws<ArgumentException>(() => RequestBuilder.DeleteCollection(V1Lease.Type, null));
    }

    [Fact]
    public void A_part_is_posted_to_with_or_without_options()
    {
        var key = new ResourceKey(V1ServiceAccount.Type, "s", "n");

        Assert.EndsWith("/serviceaccounts/s/token", RequestBuilder.CreateSubresource(key, "token", default).PathAndQuery, StringComparison.Ordinal);
        Assert.EndsWith(
            "/serviceaccounts/s/token?fieldValidation=Strict&dryRun=All",
            RequestBuilder.CreateSubresource(key, "token", default, new() { DryRun = true }).PathAndQuery,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_create_is_strict_unless_told_otherwise()
    {
        var request = RequestBuilder.Create(Node, null, "{}"u8.ToArray(), new() { FieldManager = "me", DryRun = true });

        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.EndsWith("/machines?fieldValidation=Strict&fieldManager=me&dryRun=All", request.PathAndQuery, StringComparison.Ordinal);
        Assert.Contains("fieldValidation=Warn", RequestBuilder.Create(Node, null, default, new() { FieldValidation = FieldValidation.Warn }).PathAndQuery, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PatchType.JsonPatch, "application/json-patch+json")]
    [InlineData(PatchType.MergePatch, "application/merge-patch+json")]
    [InlineData(PatchType.StrategicMergePatch, "application/strategic-merge-patch+json")]
    [InlineData(PatchType.ApplyPatch, "application/apply-patch+yaml")]
    public void The_media_type_names_the_kind_of_patch(PatchType type, string mediaType)
    {
        var request = RequestBuilder.Patch(Node, new V1Patch(type, new JsonObject()), "a", null, new() { FieldManager = "me" });

        Assert.Equal(HttpMethod.Patch, request.Method);
        Assert.Equal(mediaType, request.ContentType);
        Assert.Equal(mediaType, request.ToHttpRequestMessage(new("https://x/")).Content!.Headers.ContentType!.ToString());
    }

    [Fact]
    public void The_status_is_patched_with_warnings_and_the_object_strictly()
    {
        Assert.Contains("/machines/a/status?fieldValidation=Warn", Patch(new() { Subresource = "status" }), StringComparison.Ordinal);
        Assert.Contains("/machines/a?fieldValidation=Strict", Patch(new()), StringComparison.Ordinal);
        Assert.Contains("fieldValidation=Ignore", Patch(new() { Subresource = "status", FieldValidation = FieldValidation.Ignore }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_apply_needs_a_field_manager_and_alone_may_force()
    {
        var apply = new V1Patch(PatchType.ApplyPatch, new JsonObject());

        Assert.Throws<ArgumentException>(() => RequestBuilder.Patch(Node, apply, "a", null));
        Assert.Contains("force=true", RequestBuilder.Patch(Node, apply, "a", null, new() { FieldManager = "me", Force = true }).PathAndQuery, StringComparison.Ordinal);
        Assert.DoesNotContain("force", Patch(new() { Force = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void Delete_options_travel_in_the_body()
    {
        var request = RequestBuilder.Delete(Node, "a", null, new()
        {
            PropagationPolicy = PropagationPolicy.Foreground,
            PreconditionUid = "u",
            PreconditionResourceVersion = "7",
            GracePeriodSeconds = 0,
            DryRun = true,
        });

        Assert.Equal(
            """{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","gracePeriodSeconds":0,"dryRun":["All"],"preconditions":{"uid":"u","resourceVersion":"7"}}""",
            Encoding.UTF8.GetString(request.Body.Span));
        Assert.Null(RequestBuilder.Delete(Node, "a", null).ToHttpRequestMessage(new("https://x/")).Content);
    }

    [Theory]
    [InlineData("https://x:6443", "https://x:6443/api/v1/namespaces/n/configmaps/a")]
    [InlineData("https://x/k8s/clusters/c-1/", "https://x/k8s/clusters/c-1/api/v1/namespaces/n/configmaps/a")]
    public void A_path_in_the_servers_url_goes_before_the_requests_own(string host, string url) =>
        Assert.Equal(url, RequestBuilder.Read(V1ConfigMap.Type, "a", "n").ToHttpRequestMessage(new(host)).RequestUri!.ToString());

    private static string Patch(PatchOptions options) => RequestBuilder.Patch(Node, V1Patch.Merge([]), "a", null, options).PathAndQuery;
}
