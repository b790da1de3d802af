using Foreman.Api;

namespace Foreman.Jobs.Tests.Configuration;

public sealed class JobsConfigFileTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("# nothing\n")]
    public void O1_An_empty_file_is_the_defaults(string text)
    {
        var config = JobsConfigFile.Parse(text).Config!;
        Assert.Equal((0, true, true, 86400, 28800), (config.MaxConcurrentTasks, config.Cleanup, config.PreserveFailedJobs, config.TtlSecondsAfterFinished, config.ActiveDeadlineSeconds));
        Assert.Equal(("", "IfNotPresent", false, "busybox:1.36"), (config.Image, config.ImagePullPolicy, config.UseImageVolumes, config.PreflightImage));
        Assert.Equal(("10Gi", "1Gi", "5Gi", 30), (config.WorkspaceSizeLimit, config.TmpSizeLimit, config.CacheSizeLimit, config.UnschedulableTimeoutSeconds));
        Assert.Equal((900, 300, 120, 30, 60), (config.StartTimeoutSeconds, config.ImagePullTimeoutSeconds, config.MountTimeoutSeconds, config.ContainerCreateTimeoutSeconds, config.TeardownTimeoutSeconds));
        Assert.Equal(("", "", ""), (config.SetupCommand, config.TeardownCommand, config.PodTemplate));
        Assert.Equal(("10m", "64Mi"), (config.PreflightResources.Requests["cpu"], config.PreflightResources.Limits["memory"]));
        Assert.Empty(config.ExtraLabels);
        Assert.Empty(config.ExtraAnnotations);
        Assert.Empty(config.Sidecars);
    }

    [Fact]
    public void O1_Every_key_is_read()
    {
        var config = Good("""
            maxConcurrentTasks: 5
            cleanup: false
            preserveFailedJobs: false
            ttlSecondsAfterFinished: 60
            activeDeadlineSeconds: 100
            startTimeoutSeconds: 101
            image: example.com/foreman:1
            imagePullPolicy: Always
            useImageVolumes: true
            sidecars: [{name: tools, image: example.com/tools:1, mountPath: /opt/tools}]
            preflightImage: example.com/true:1
            preflightResources: {requests: {cpu: 1}}
            setupCommand: make ready
            teardownCommand: make clean
            teardownTimeoutSeconds: 5
            extraLabels: {cost-centre: "12"}
            extraAnnotations: {example.com/note: hello there}
            workspaceSizeLimit: 1Gi
            tmpSizeLimit: 2Gi
            cacheSizeLimit: 3Gi
            unschedulableTimeoutSeconds: 0
            imagePullTimeoutSeconds: 7
            mountTimeoutSeconds: 8
            containerCreateTimeoutSeconds: 9
            podTemplate: {spec: {nodeSelector: {pool: work}}}
            """);
        Assert.Equal((5, false, false, 60, 100, 101), (config.MaxConcurrentTasks, config.Cleanup, config.PreserveFailedJobs, config.TtlSecondsAfterFinished, config.ActiveDeadlineSeconds, config.StartTimeoutSeconds));
        Assert.Equal(("example.com/foreman:1", "Always", true, "example.com/true:1"), (config.Image, config.ImagePullPolicy, config.UseImageVolumes, config.PreflightImage));
        Assert.Equal(("1", "make ready", "make clean", 5), (config.PreflightResources.Requests["cpu"], config.SetupCommand, config.TeardownCommand, config.TeardownTimeoutSeconds));
        Assert.Empty(config.PreflightResources.Limits);
        Assert.Equal(("12", "hello there"), (config.ExtraLabels["cost-centre"], config.ExtraAnnotations["example.com/note"]));
        Assert.Equal(("1Gi", "2Gi", "3Gi", 0, 7, 8, 9), (config.WorkspaceSizeLimit, config.TmpSizeLimit, config.CacheSizeLimit, config.UnschedulableTimeoutSeconds, config.ImagePullTimeoutSeconds, config.MountTimeoutSeconds, config.ContainerCreateTimeoutSeconds));
        Assert.Equal(new TaskSidecar { Name = "tools", Image = "example.com/tools:1", MountPath = "/opt/tools" }, Assert.Single(config.Sidecars));
        Assert.Equal("""{"spec":{"nodeSelector":{"pool":"work"}}}""", config.PodTemplate);
    }

    [Theory]
    [InlineData("serviceAccount: x", "serviceAccount: there is no such key here; say it in podTemplate.spec.serviceAccountName")]
    [InlineData("service_account: x", "service_account: there is no such key here; say it in podTemplate.spec.serviceAccountName")]
    [InlineData("image_pull_secret: x", "image_pull_secret: there is no such key here; say it in podTemplate.spec.imagePullSecrets")]
    [InlineData("node_selector: {}", "node_selector: there is no such key here; say it in podTemplate.spec.nodeSelector")]
    [InlineData("tolerations: []", "tolerations: there is no such key here; say it in podTemplate.spec.tolerations")]
    [InlineData("resources: {}", "resources: there is no such key here; say it in podTemplate.spec.containers, as resources of the container named task")]
    [InlineData("termination_grace_period_seconds: 3", "termination_grace_period_seconds: there is no such key here; say it in podTemplate.spec.terminationGracePeriodSeconds")]
    [InlineData("environment: {}", "environment: there is no such key here; say it in podTemplate.spec.containers, as env of the container named task")]
    [InlineData("image_pull_policy: Always", "image_pull_policy: there is no such key; write imagePullPolicy")]
    [InlineData("cleanup: 1", "cleanup: 1 is neither true nor false")]
    [InlineData("cleanup: \"true\"", "cleanup: true is neither true nor false")]
    [InlineData("maxConcurrentTasks: -1", "maxConcurrentTasks: -1 is not a whole number from 0 to 1000000")]
    [InlineData("unschedulableTimeoutSeconds: \"\"", "unschedulableTimeoutSeconds: an empty text is not a whole number from 0 to 2592000")]
    [InlineData("image: a b", "image: a b is not the name of an image")]
    [InlineData("imagePullPolicy: Sometimes", "imagePullPolicy: Sometimes is not Always, IfNotPresent, Never")]
    [InlineData("workspaceSizeLimit: 10 GB", "workspaceSizeLimit: 10 GB is not a quantity above 0, such as 10Gi")]
    [InlineData("tmpSizeLimit: 0", "tmpSizeLimit: 0 is not a quantity above 0, such as 10Gi")]
    [InlineData("extraLabels: {a: 1}", "extraLabels.a: 1 is not the value of a label; write it in quotes")]
    [InlineData("extraLabels: {a: \"b c\"}", "extraLabels.a: b c is not the value of a label")]
    [InlineData("extraLabels: [a]", "extraLabels: it is no map of names and texts")]
    [InlineData("preflightResources: {cpu: 1}", "preflightResources: it is no map of requests and limits")]
    [InlineData("podTemplate: 3", "podTemplate: it is no map of metadata and spec")]
    [InlineData("sidecars: [{name: a, image: b, mountPath: /c, mode: 3}]", "sidecars[0].mode: there is no such key; there are name, image, mountPath, readWrite")]
    public void O1_A_bad_key_is_told_by_name(string text, string error) => Assert.Equal([error], Errors(text));

    [Fact]
    public void J37_Limits_below_their_requests_are_refused() => Assert.Equal(
        ["preflightResources: limits.cpu 1 is below requests.cpu 2; raise the one or lower the other"],
        Errors("preflightResources: {requests: {cpu: 2}, limits: {cpu: 1}}"));

    [Fact]
    public void O11_Image_volumes_refuse_a_sidecar_that_is_written_to() => Assert.Equal(
        ["sidecars[0].readWrite: image volumes can't be written to; leave it out, or turn off useImageVolumes in the operator's --jobs-config"],
        Errors("useImageVolumes: true\nsidecars: [{name: a, image: b, mountPath: /c, readWrite: true}]"));

    [Fact]
    public void An_unknown_field_of_the_template_is_told_by_its_path() =>
        Assert.Contains("template.spec.nodeSelektor", Assert.Single(Errors("podTemplate: {spec: {nodeSelektor: {a: b}}}")), StringComparison.Ordinal);

    [Fact]
    public void All_faults_are_told_at_once() => Assert.Equal(4, Errors("cleanup: 3\nimage: a b\nnonsense: 1\npodTemplate: {spec: {hostNetwork: true}}").Count);

    [Theory]
    [InlineData("[]")]
    [InlineData("a: b: c")]
    [InlineData("just a text")]
    [InlineData("cleanup: true\ncleanup: true")]
    public void What_is_no_map_is_refused(string text)
    {
        var reading = JobsConfigFile.Parse(text);
        Assert.Null(reading.Config);
        Assert.Single(reading.Errors);
    }

    private static JobsConfig Good(string text)
    {
        var reading = JobsConfigFile.Parse(text);
        Assert.Equal("", string.Join('\n', reading.Errors));
        return reading.Config!;
    }

    private static List<string> Errors(string text)
    {
        var reading = JobsConfigFile.Parse(text);
        Assert.Null(reading.Config);
        return [.. reading.Errors];
    }
}
