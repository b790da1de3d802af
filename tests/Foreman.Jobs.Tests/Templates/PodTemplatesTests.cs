using Foreman.Api;

namespace Foreman.Jobs.Tests.Templates;

public sealed class PodTemplatesTests
{
    [Theory]
    [InlineData("""{"spec":{"hostNetwork":true}}""", "t.spec.hostNetwork")]
    [InlineData("""{"spec":{"hostIPC":true}}""", "t.spec.hostIPC")]
    [InlineData("""{"spec":{"shareProcessNamespace":true}}""", "t.spec.shareProcessNamespace")]
    [InlineData("""{"spec":{"automountServiceAccountToken":true}}""", "t.spec.automountServiceAccountToken")]
    [InlineData("""{"spec":{"serviceAccount":"x"}}""", "t.spec.serviceAccount")]
    [InlineData("""{"spec":{"restartPolicy":"OnFailure"}}""", "t.spec.restartPolicy")]
    [InlineData("""{"spec":{"activeDeadlineSeconds":5}}""", "t.spec.activeDeadlineSeconds")]
    [InlineData("""{"spec":{"nodeName":"n"}}""", "t.spec.nodeName")]
    [InlineData("""{"spec":{"terminationGracePeriodSeconds":-1}}""", "t.spec.terminationGracePeriodSeconds")]
    [InlineData("""{"spec":{"terminationGracePeriodSeconds":3601}}""", "t.spec.terminationGracePeriodSeconds")]
    [InlineData("""{"spec":{"securityContext":{"runAsUser":0}}}""", "t.spec.securityContext.runAsUser")]
    [InlineData("""{"spec":{"securityContext":{"seccompProfile":{"type":"Unconfined"}}}}""", "t.spec.securityContext.seccompProfile.type")]
    [InlineData("""{"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"}}]}}""", "t.spec.volumes[0]")]
    [InlineData("""{"spec":{"volumes":[{"name":"workspace","emptyDir":{}}]}}""", "t.spec.volumes[0].name")]
    [InlineData("""{"spec":{"volumes":[{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"token"}}]}}]}}""", "t.spec.volumes[0].projected")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"a","securityContext":{"privileged":true}}]}}""", "t.spec.containers[0].securityContext.privileged")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"a","securityContext":{"capabilities":{"add":["NET_ADMIN"]}}}]}}""", "t.spec.containers[0].securityContext.capabilities.add")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"a","securityContext":{"readOnlyRootFilesystem":false}}]}}""", "t.spec.containers[0].securityContext.readOnlyRootFilesystem")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"a","volumeMounts":[{"name":"runner-token","mountPath":"/t"}]}]}}""", "t.spec.containers[0].volumeMounts")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"a","ports":[{"containerPort":1,"hostPort":1}]}]}}""", "t.spec.containers[0].ports")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"a","env":[{"name":"TOKEN","value":"x"}]}]}}""", "t.spec.containers[0].env")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"a","resources":{"requests":{"cpu":"2"},"limits":{"cpu":"1"}}}]}}""", "t.spec.containers[0].resources")]
    [InlineData("""{"spec":{"containers":[{"name":"a"}]}}""", "t.spec.containers[0].image")]
    [InlineData("""{"spec":{"containers":[{"name":"setup","image":"a"}]}}""", "t.spec.containers[0].name")]
    [InlineData("""{"spec":{"initContainers":[{"name":"task","image":"a"}]}}""", "t.spec.initContainers[0].name")]
    [InlineData("""{"spec":{"initContainers":[{"name":"copy-x","image":"a"}]}}""", "t.spec.initContainers[0].name")]
    [InlineData("""{"spec":{"containers":[{"name":"task","image":"a"}]}}""", "t.spec.containers[0].image")]
    [InlineData("""{"spec":{"containers":[{"name":"task","command":["a"]}]}}""", "t.spec.containers[0].command")]
    [InlineData("""{"spec":{"containers":[{"name":"task","volumeMounts":[{"name":"v","mountPath":"/workspace"}]}]}}""", "t.spec.containers[0].volumeMounts")]
    [InlineData("""{"spec":{"containers":[{"name":"task","env":[{"name":"FOREMAN_TASK","value":"x"}]}]}}""", "t.spec.containers[0].env")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"a"},{"name":"a","image":"a"}]}}""", "t.spec.containers")]
    [InlineData("""{"metadata":{"name":"x"}}""", "t.metadata")]
    [InlineData("""{"metadata":{"labels":{"a":"b c"}}}""", "t.metadata.labels")]
    [InlineData("""{"spec":{"containers":"none"}}""", "t")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"a","nmae":"b"}]}}""", "t")]
    public void O13_What_a_template_may_not_say_is_refused_by_name(string template, string path) =>
        Assert.Equal([path], PodTemplates.Read(Given.Json(template), "t").Faults.Select(f => f.Path));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata":{"labels":{"a":"b"},"annotations":{"c":"d e"}}}""")]
    [InlineData("""{"spec":{"serviceAccountName":"x","imagePullSecrets":[{"name":"y"}],"affinity":{"nodeAffinity":{}},"terminationGracePeriodSeconds":5,"dnsPolicy":"Default"}}""")]
    [InlineData("""{"spec":{"volumes":[{"name":"certs","secret":{"secretName":"s"}}],"containers":[{"name":"task","volumeMounts":[{"name":"certs","mountPath":"/etc/ssl/own","readOnly":true}]}]}}""")]
    [InlineData("""{"spec":{"securityContext":{"runAsUser":1234,"seccompProfile":{"type":"Localhost","localhostProfile":"coder.json"}}}}""")]
    public void O13_The_rest_is_taken(string template) => Assert.Empty(PodTemplates.Read(Given.Json(template), "t").Faults);

    [Fact]
    public void O13_A_container_named_task_is_merged_with_the_tasks()
    {
        var run = Given.Run(template: """
            {"spec":{"volumes":[{"name":"certs","secret":{"secretName":"s"}}],"securityContext":{"runAsUser":1234},
             "containers":[{"name":"task","imagePullPolicy":"Always","volumeMounts":[{"name":"certs","mountPath":"/certs"}]},{"name":"db","image":"db:1"}]}}
            """);
        var (pod, task) = (Given.Pod(run), Given.TaskOf(run));
        Assert.Equal(["task", "db"], pod.Containers.Select(c => c.Name));
        Assert.Equal(("example.com/coder:2", "Always", "/certs"), (task.Image, task.ImagePullPolicy, task.VolumeMounts.Last().MountPath));
        Assert.Equal((1234L, 1000L), (pod.SecurityContext.RunAsUser!.Value, pod.SecurityContext.RunAsGroup!.Value));
        Assert.Contains(pod.Volumes, v => v.Name == "certs");
    }

    [Fact]
    public void O13_Without_one_it_is_appended() => Assert.Equal(
        ["task", "db"], Given.Pod(Given.Run(template: """{"spec":{"containers":[{"name":"db","image":"db:1"}]}}""")).Containers.Select(c => c.Name));

    [Fact]
    public void A_template_of_the_task_stands_above_that_of_the_configuration() => Assert.Equal(
        """{"spec":{"nodeSelector":{"a":"2","b":"1","c":"2"},"containers":[{"name":"task","tty":true,"stdin":false},{"name":"db"}],"tolerations":[{"key":"x"},{"key":"y"}]}}""",
        PodTemplates.Merge(
            Given.Json("""{"spec":{"nodeSelector":{"a":"1","b":"1"},"containers":[{"name":"task","tty":true,"stdin":true}],"tolerations":[{"key":"x"}]}}"""),
            Given.Json("""{"spec":{"nodeSelector":{"a":"2","c":"2"},"containers":[{"name":"task","stdin":false},{"name":"db"}],"tolerations":[{"key":"y"}]}}""")).ToJsonString());

    [Fact]
    public void Mounts_of_one_volume_at_several_places_stay_apart() => Assert.Equal(
        """{"volumeMounts":[{"name":"v","mountPath":"/a","readOnly":true},{"name":"v","mountPath":"/b"},{"name":"v","mountPath":"/c"}]}""",
        PodTemplates.Merge(
            Given.Json("""{"volumeMounts":[{"name":"v","mountPath":"/a"}]}"""),
            Given.Json("""{"volumeMounts":[{"name":"v","mountPath":"/b"},{"name":"v","mountPath":"/c"},{"name":"v","mountPath":"/a","readOnly":true}]}""")).ToJsonString());

    [Fact]
    public void Both_templates_hold_for_a_run()
    {
        var config = Given.Config with { PodTemplate = """{"spec":{"priorityClassName":"low","nodeSelector":{"pool":"work"}}}""" };
        var pod = Given.Pod(Given.Run(template: """{"spec":{"nodeSelector":{"zone":"a"}}}""", config: config));
        Assert.Equal(("low", "work", "a"), (pod.PriorityClassName, pod.NodeSelector["pool"], pod.NodeSelector["zone"]));
    }

    [Fact]
    public void O18_An_image_that_is_none_has_its_own_reason() => Assert.Equal(
        FailureReason.InvalidImage, Assert.Single(PodTemplates.Read(Given.Json("""{"spec":{"containers":[{"name":"a","image":"a b"}]}}"""), "t").Faults).Reason);
}
