using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Testing.Tests.Kubelet.Scenarios;

[Trait("Kind", "15")]
public sealed class InputTests
{
    [Fact]
    public async Task Variables_come_from_values_fields_resources_and_objects()
    {
        var scene = await PodScene.NewAsync();
        await scene.AddSecretAsync("keys", ("token", "s3cret"), ("OTHER", "o"));
        await scene.Client.CreateAsync(new V1ConfigMap
        {
            Metadata = new() { Name = "settings", NamespaceProperty = scene.Space },
            Data = new Dictionary<string, string> { ["COLOR"] = "green" },
        });
        const string More = """
            {
              "resources": {"limits": {"memory": "96Mi", "cpu": "1500m"}},
              "envFrom": [{"configMapRef": {"name": "settings"}}, {"prefix": "P_", "secretRef": {"name": "keys"}}, {"secretRef": {"name": "absent", "optional": true}}],
              "env": [
                {"name": "PLAIN", "value": "a"},
                {"name": "BOTH", "value": "$(PLAIN)-$(COLOR)-$$(PLAIN)-$(NONE)"},
                {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "token"}}},
                {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                {"name": "TEAM", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['team']"}}},
                {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
                {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
                {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
                {"name": "MISSING", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "none", "optional": true}}}
              ]
            }
            """;
        const string Script = "echo $PLAIN $BOTH; echo $TOKEN $P_OTHER; echo $NAME $TEAM $NODE; echo $MEMORY $CPU; echo \"[${MISSING-unset}]\"";

        await scene.RunAsync("vars", PodScene.PodOf("{}", PodScene.Shell("main", Script, More)), """{"labels":{"team":"blue"}}""");
        await scene.PodEndsAsync("vars", "Succeeded");

        Assert.Equal($"a a-green-$(PLAIN)-$(NONE)\ns3cret o\nvars blue {scene.Cluster.Kubelet.NodeName}\n96 2\n[unset]\n", await scene.LogAsync("vars"));
    }

    [Fact]
    public async Task A_container_whose_secret_is_missing_waits_with_the_reason_and_starts_once_it_is_there()
    {
        var scene = await PodScene.NewAsync();
        const string More = """{"env":[{"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"later","key":"token"}}}]}""";
        await scene.RunAsync("waits", PodScene.PodOf("{}", PodScene.Shell("main", "echo $TOKEN", More)));

        var pod = await scene.PodAsync("waits", p => p.Status?.ContainerStatuses is [{ State.Waiting.Reason: "CreateContainerConfigError" }], "to want for its Secret");
        Assert.Equal("secret \"later\" not found", pod.Status!.ContainerStatuses![0].State.Waiting!.Message);
        await scene.EventAsync("waits", "Failed", "secret \"later\" not found");
        await scene.AddSecretAsync("later", ("other", "x"));
        await scene.PodAsync(
            "waits", p => p.Status?.ContainerStatuses?[0].State.Waiting?.Message == $"couldn't find key token in Secret {scene.Space}/later", "to want for the key");
        await scene.Client.PatchMetadataAsync<V1Secret>(V1Patch.Merge(PodScene.Parse("""{"stringData":{"token":"there"}}""")), "later", scene.Space);

        await scene.PodEndsAsync("waits", "Succeeded");
        Assert.Equal("there\n", await scene.LogAsync("waits"));
    }

    [Fact]
    public async Task A_volume_whose_secret_is_missing_keeps_the_pod_waiting_and_an_event_says_so()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("mounts", PodScene.PodOf(
            """{"volumes":[{"name":"keys","secret":{"secretName":"later"}}]}""",
            PodScene.Shell("main", "cat /keys/token", """{"volumeMounts":[{"name":"keys","mountPath":"/keys"}]}""")));

        await scene.EventAsync("mounts", "FailedMount", "MountVolume.SetUp failed for volume \"keys\" : secret \"later\" not found");
        Assert.NotEqual("Running", (await scene.PodAsync("mounts", _ => true, "to be there")).Status?.Phase);
        await scene.AddSecretAsync("later", ("token", "there"));

        await scene.PodEndsAsync("mounts", "Succeeded");
        Assert.Equal("there", await scene.LogAsync("mounts"));
    }

    [Fact]
    public async Task Secrets_config_maps_and_fields_are_files_with_their_modes_and_read_only()
    {
        var scene = await PodScene.NewAsync();
        await scene.AddSecretAsync("keys", ("token", "s"), ("left", "out"));
        await scene.Client.CreateAsync(new V1ConfigMap
        {
            Metadata = new() { Name = "settings", NamespaceProperty = scene.Space },
            Data = new Dictionary<string, string> { ["color"] = "green" },
        });
        const string Volumes = """
            {"volumes": [{"name": "all", "projected": {"defaultMode": 256, "sources": [
              {"secret": {"name": "keys", "items": [{"key": "token", "path": "deep/token"}]}},
              {"configMap": {"name": "settings"}},
              {"downwardAPI": {"items": [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}, "mode": 292}]}}
            ]}}]}
            """;
        const string Mounts = """{"volumeMounts":[{"name":"all","mountPath":"/etc/all"},{"name":"all","mountPath":"/one/color","subPath":"color"}]}""";
        const string Script = "cd /etc/all; for f in $(find . -type f | sort); do echo $f $(stat -c %a $f) $(cat $f); done; cat /one/color; echo; (: >new) 2>/dev/null || echo refused";

        await scene.RunAsync("files", PodScene.PodOf(Volumes, PodScene.Shell("main", Script, Mounts)));
        await scene.PodEndsAsync("files", "Succeeded");

        Assert.Equal("./color 400 green\n./deep/token 400 s\n./name 444 files\ngreen\nrefused\n", await scene.LogAsync("files"));
    }

    [Fact]
    public async Task A_projected_token_is_the_pods_own_and_the_api_server_takes_it()
    {
        var scene = await PodScene.NewAsync();
        const string Volumes = """{"volumes":[{"name":"token","projected":{"sources":[{"serviceAccountToken":{"path":"token","expirationSeconds":600}}]}}]}""";
        await scene.RunAsync("known", PodScene.PodOf(
            Volumes, PodScene.Shell("main", "cat /token/token; echo; exec sleep 1000", """{"volumeMounts":[{"name":"token","mountPath":"/token"}]}""")));
        await scene.PodRunsAsync("known");
        var token = await Eventually.GetAsync(async () => await scene.LogAsync("known") is { Length: > 0 } text ? text.Trim() : null, "the token in the log");

        using var client = new KubernetesClient(scene.Client.Configuration with { AccessToken = token });
        var review = await client.Dynamic.CreateAsync(new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "SelfSubjectReview", ["metadata"] = new JsonObject { ["name"] = "me" } });

        Assert.Equal($"system:serviceaccount:{scene.Space}:default", (string?)review["status"]!["userInfo"]!["username"]);
        Assert.Equal("known", (string?)review["status"]!["userInfo"]!["extra"]!["authentication.kubernetes.io/pod-name"]![0]);
        await scene.DeleteAsync("known", grace: 0);
    }

    [Fact]
    public async Task Every_pod_gets_the_token_and_the_authority_of_the_api_server_unless_it_declines()
    {
        var scene = await PodScene.NewAsync();
        const string Script = "cd /var/run/secrets/kubernetes.io/serviceaccount 2>/dev/null && ls && cat namespace && echo \" $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT\" || echo none";

        await scene.RunAsync("with", PodScene.PodOf("{}", PodScene.Shell("main", Script)));
        await scene.RunAsync("without", PodScene.PodOf("""{"automountServiceAccountToken":false}""", PodScene.Shell("main", Script)));
        await scene.PodEndsAsync("with", "Succeeded");
        await scene.PodEndsAsync("without", "Succeeded");

        Assert.Equal($"ca.crt\nnamespace\ntoken\n{scene.Space} {scene.Client.Configuration.Host.Authority}\n", await scene.LogAsync("with"));
        Assert.Equal("none\n", await scene.LogAsync("without"));
    }

    [Fact]
    public async Task A_pod_that_fills_an_empty_folder_over_its_limit_is_evicted()
    {
        var scene = await PodScene.NewAsync();
        const string Volumes = """{"volumes":[{"name":"work","emptyDir":{"sizeLimit":"1Mi"}}]}""";

        await scene.RunAsync("full", PodScene.PodOf(
            Volumes, PodScene.Shell("main", "head -c 3000000 /dev/zero >/data/file; exec sleep 1000", """{"volumeMounts":[{"name":"work","mountPath":"/data"}]}""")));
        var ended = await scene.PodEndsAsync("full", "Failed");

        Assert.Equal("Evicted", ended.Status!.Reason);
        Assert.Contains("Usage of EmptyDir volume \"work\" exceeds the limit \"1Mi\"", ended.Status.Message, StringComparison.Ordinal);
        Assert.Contains(ended.Status.Conditions!, c => c is { Type: "DisruptionTarget", Status: "True", Reason: "TerminationByKubelet" });
        await scene.EventAsync("full", "Evicted", "Usage of EmptyDir");
    }
}
