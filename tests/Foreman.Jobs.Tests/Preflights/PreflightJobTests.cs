namespace Foreman.Jobs.Tests.Preflights;

public sealed class PreflightJobTests
{
    [Fact]
    public void O17_The_job_has_the_labels_of_all_jobs_and_a_time_to_live()
    {
        var config = Given.Config with { ExtraLabels = Given.Config.ExtraLabels.Add("team", "a"), ExtraAnnotations = Given.Config.ExtraAnnotations.Add("note", "b") };
        var job = PreflightJob.Build(config, "team", "foreman-preflight-1").Job!;
        Assert.Equal(("foreman-preflight-1", "team", "a", "b"), (job.Metadata.Name, job.Metadata.NamespaceProperty, job.Metadata.Labels["team"], job.Metadata.Annotations["note"]));
        Assert.Equal(("a", "b"), (job.Spec.Template.Metadata.Labels["team"], job.Spec.Template.Metadata.Annotations["note"]));
        Assert.Equal((0, 300, 60L), (job.Spec.BackoffLimit!.Value, job.Spec.TtlSecondsAfterFinished!.Value, job.Spec.ActiveDeadlineSeconds!.Value));
    }

    [Fact]
    public void O16_Image_and_resources_are_those_of_the_configuration()
    {
        var config = Given.Config with { PreflightImage = "example.com/true:1", PreflightResources = JobResources.Of([new("cpu", "1")], []), PodTemplate = """{"spec":{"runtimeClassName":"gvisor"}}""" };
        var pod = PreflightJob.Build(config, "team", "p").Job!.Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);
        Assert.Equal(("example.com/true:1", "1", "gvisor"), (container.Image, container.Resources.Requests["cpu"].ToString(), pod.RuntimeClassName));
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Null(pod.Volumes);
    }

    [Fact]
    public void O11_With_image_volumes_it_mounts_one()
    {
        var pod = PreflightJob.Build(Given.Config with { UseImageVolumes = true }, "team", "p").Job!.Spec.Template.Spec;
        Assert.Equal("busybox:1.36", Assert.Single(pod.Volumes).Image.Reference);
    }

    [Fact]
    public void A_bad_template_is_told() => Assert.Equal(
        "--jobs-config podTemplate.spec.hostPID", Assert.Single(PreflightJob.Build(Given.Config with { PodTemplate = """{"spec":{"hostPID":true}}""" }, "team", "p").Faults).Path);

    [Fact]
    public void O15_A_pod_proves_rights_and_admission()
    {
        Assert.Null(PreflightJob.Judge(Given.Config, Observed.Of(null)));
        Assert.Equal(new PreflightVerdict(true, ""), PreflightJob.Judge(Given.Config, Observed.Of(Observed.Pod("Pending"))));
    }

    [Fact]
    public void O15_An_image_volume_is_proven_by_an_end()
    {
        var config = Given.Config with { UseImageVolumes = true };
        Assert.Null(PreflightJob.Judge(config, Observed.Of(Observed.Pod("Running", Observed.Runs("preflight")))));
        Assert.Equal(new PreflightVerdict(true, ""), PreflightJob.Judge(config, Observed.Of(Observed.Pod("Succeeded", Observed.Ended("preflight", 0)))));
    }

    [Fact]
    public void O15_A_refusal_is_told_with_what_to_do()
    {
        var verdict = PreflightJob.Judge(Given.Config, Observed.Of(null, Observed.Event("FailedCreate", "admission webhook \"a\" denied the request: no label team", 1, Observed.JobUid)))!;
        Assert.False(verdict.IsGood);
        Assert.Contains("no label team", verdict.Message, StringComparison.Ordinal);
        Assert.Contains("extraLabels", verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void O15_What_takes_too_long_is_told()
    {
        Assert.Contains("Job controller", PreflightJob.TooLate(Given.Config, Observed.Of(null)).Message, StringComparison.Ordinal);
        var late = PreflightJob.TooLate(Given.Config with { UseImageVolumes = true }, Observed.Of(Observed.Pod("Pending", Observed.Waits("ContainerCreating"))));
        Assert.Contains("useImageVolumes", late.Message, StringComparison.Ordinal);
        Assert.Equal((false, false), (late.IsGood, PreflightJob.TooLate(Given.Config, Observed.Of(null)).IsGood));
    }
}
