using System.Text.Json.Nodes;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs.Tests.Building;

public sealed class JobBuilderTests
{
    [Fact]
    public void J10_Image_program_arguments_and_variables_are_those_of_the_task()
    {
        var task = Given.TaskOf(Given.Run(Given.Container with { Env = [new() { Name = "MODE", Value = "$(FOREMAN_TASK)" }], WorkingDir = "/workspace/src" }));
        Assert.Equal(("example.com/coder:2", "/workspace/src", "IfNotPresent"), (task.Image, task.WorkingDir, task.ImagePullPolicy));
        Assert.Equal(["coder", "--fast", "$(FOREMAN_REPO)"], task.Args);
        Assert.Equal("/bin/sh", task.Command[0]);
        Assert.Equal("$(FOREMAN_TASK)", task.Value("MODE"));
    }

    [Fact]
    public void J10_Without_a_program_the_image_starts_its_own()
    {
        var task = Given.TaskOf(Given.Run(new() { Image = "example.com/coder:2", Args = ["--fast"] }));
        Assert.Null(task.Command);
        Assert.Equal(["--fast"], task.Args);
    }

    [Fact]
    public void U17_The_same_run_gives_the_same_job() =>
        Assert.Equal(k8s.KubernetesJson.Serialize(Given.Job(Given.Run())), k8s.KubernetesJson.Serialize(Given.Job(Given.Run())));

    [Fact]
    public void J11_Every_container_is_confined()
    {
        var run = Given.Run(
            Given.Container with { SetupCommand = "make", Sidecars = [Sidecar("a")] },
            """{"spec":{"containers":[{"name":"helper","image":"h"}],"initContainers":[{"name":"before","image":"b"}]}}""");
        var pod = Given.Pod(run);
        var context = pod.SecurityContext;
        Assert.Equal((true, 1000L, 1000L, 1000L, "RuntimeDefault"), (context.RunAsNonRoot!.Value, context.RunAsUser!.Value, context.RunAsGroup!.Value, context.FsGroup!.Value, context.SeccompProfile.Type));
        Assert.Equal(["copy-a", "before", "runner", "setup", "task", "helper"], pod.InitContainers.Concat(pod.Containers).Select(c => c.Name));
        Assert.All(pod.InitContainers.Concat(pod.Containers), c =>
        {
            Assert.Equal((false, true, true, false), (c.SecurityContext.AllowPrivilegeEscalation!.Value, c.SecurityContext.ReadOnlyRootFilesystem!.Value, c.SecurityContext.RunAsNonRoot!.Value, c.SecurityContext.Privileged!.Value));
            Assert.Equal(["ALL"], c.SecurityContext.Capabilities.Drop);
            Assert.Null(c.SecurityContext.Capabilities.Add);
        });
    }

    [Fact]
    public void J11_Only_the_container_that_claims_has_the_token()
    {
        var pod = Given.Pod(Given.Run(Given.Container with { SetupCommand = "make", Sidecars = [Sidecar("a")] }, """{"spec":{"containers":[{"name":"helper","image":"h"}]}}"""));
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.Equal(["runner"], pod.InitContainers.Concat(pod.Containers).Where(c => c.VolumeMounts is not null && c.VolumeMounts.Any(m => m.Name == JobVolumes.TokenVolume)).Select(c => c.Name));
        Assert.Equal([JobVolumes.TokenVolume], pod.Volumes.Where(v => v.Projected is not null).Select(v => v.Name));
    }

    [Fact]
    public void J12_A_runtime_class_is_set() =>
        Assert.Equal("gvisor", Given.Pod(Given.Run(template: """{"spec":{"runtimeClassName":"gvisor"}}""")).RuntimeClassName);

    [Fact]
    public void J13_Labels_and_annotations_tell_whose_the_job_is()
    {
        var job = Given.Job(Given.Run() with { Task = Given.Task(user: "ann") });
        Assert.Equal(("fm-0a1b2c3d4e-3", "team"), (job.Metadata.Name, job.Metadata.NamespaceProperty));
        Assert.All([job.Metadata, job.Spec.Template.Metadata], m =>
        {
            Assert.Equal(("foreman", "task", Given.Uid, "3"), (m.Labels["app.kubernetes.io/name"], m.Labels["app.kubernetes.io/component"], m.Labels[Labels.TaskUid], m.Labels[Labels.Attempt]));
            Assert.Equal(("fix", "team", "ann"), (m.Labels[Labels.TaskName], m.Labels[Labels.TaskNamespace], m.Labels[Labels.User]));
            Assert.Equal(("acme/shop", "fix/1", "ann", "fix"), (m.Annotations[Labels.Repo], m.Annotations[Labels.Branch], m.Annotations[Labels.User], m.Annotations[Labels.TaskName]));
        });
        var owner = Assert.Single(job.Metadata.OwnerReferences);
        Assert.Equal(("AgenticTask", "foreman.llmkube.dev/v1alpha1", "fix", Given.Uid, true), (owner.Kind, owner.ApiVersion, owner.Name, owner.Uid, owner.Controller!.Value));
    }

    [Fact]
    public void J14_What_is_no_label_is_made_one_and_stands_raw_in_the_annotation()
    {
        var metadata = Given.Job(Given.Run() with { Task = Given.Task(user: "ann@example.com") }).Metadata;
        Assert.StartsWith("ann-example.com-", metadata.Labels[Labels.User], StringComparison.Ordinal);
        Assert.Equal("ann@example.com", metadata.Annotations[Labels.User]);
    }

    [Fact]
    public void J13_Labels_of_the_configuration_and_the_template_are_there_and_ours_win()
    {
        var config = Given.Config with { ExtraLabels = Given.Config.ExtraLabels.Add("team", "a").Add("cost", "1").Add("app.kubernetes.io/name", "other") };
        var job = Given.Job(Given.Run(template: """{"metadata":{"labels":{"team":"b"}}}""", config: config));
        Assert.Equal(("a", "1", "foreman"), (job.Metadata.Labels["team"], job.Metadata.Labels["cost"], job.Metadata.Labels["app.kubernetes.io/name"]));
        var pod = job.Spec.Template.Metadata;
        Assert.Equal(("b", "1", "foreman"), (pod.Labels["team"], pod.Labels["cost"], pod.Labels["app.kubernetes.io/name"]));
    }

    [Fact]
    public void J15_Volumes_have_their_limits()
    {
        var run = Given.Run() with { Job = new() { WorkspaceSizeLimit = "20Gi" } };
        var pod = Given.Pod(run);
        Assert.Equal(["workspace 20Gi ", "tmp 1Gi Memory", "cache 5Gi ", "foreman 64Mi "], pod.Volumes.Where(v => v.EmptyDir is not null).Select(v => $"{v.Name} {v.EmptyDir.SizeLimit} {v.EmptyDir.Medium}"));
        Assert.Equal(["/workspace", "/tmp", "/cache", "/foreman"], Given.TaskOf(run).VolumeMounts.Select(m => m.MountPath));
    }

    [Fact]
    public void J17_Secrets_come_by_reference()
    {
        var container = Given.Container with
        {
            Env = [new() { Name = "API_KEY", ValueFrom = new() { SecretKeyRef = new() { Name = "keys", Key = "api" } } }],
            EnvFrom = [new() { SecretRef = new() { Name = "more", Optional = true } }],
        };
        var task = Given.TaskOf(Given.Run(container));
        var variable = task.Env.Single(e => e.Name == "API_KEY");
        Assert.Null(variable.Value);
        Assert.Equal(("keys", "api"), (variable.ValueFrom.SecretKeyRef.Name, variable.ValueFrom.SecretKeyRef.Key));
        Assert.Equal(("more", true), (task.EnvFrom[0].SecretRef.Name, task.EnvFrom[0].SecretRef.Optional!.Value));
    }

    [Theory]
    [InlineData("API_KEY")]
    [InlineData("GITHUB_TOKEN")]
    [InlineData("db_password")]
    [InlineData("PGPASSWORD")]
    public void O7_A_literal_under_a_name_of_a_secret_is_refused(string name) =>
        Assert.Equal(["spec.container.env[0]"], Given.Faults(Given.Run(Given.Container with { Env = [new() { Name = name, Value = "hunter2" }] })));

    [Theory]
    [InlineData("MAX_TOKENS")]
    [InlineData("TOKEN_FILE")]
    [InlineData("SECRET_NAME")]
    public void O7_A_name_that_only_speaks_of_one_is_not(string name) =>
        Assert.Equal("x", Given.TaskOf(Given.Run(Given.Container with { Env = [new() { Name = name, Value = "x" }] })).Value(name));

    [Fact]
    public void O7_What_is_refused_is_never_told() =>
        Assert.DoesNotContain("hunter2", string.Join('\n', JobBuilder.Build(Given.Run(Given.Container with { Env = [new() { Name = "A_TOKEN", Value = "hunter2" }] })).Faults), StringComparison.Ordinal);

    [Fact]
    public void J21_The_deadline_is_that_of_the_task_capped_by_its_agent_and_the_configuration()
    {
        var run = Given.Run();
        run = run with { Task = run.Task with { Spec = run.Task.Spec with { TimeoutSeconds = 7200 } } };
        Assert.Equal(7200, JobTimes.RunSeconds(run));
        Assert.Equal(3600, JobTimes.RunSeconds(run with { Agent = new() { Execution = new() { ActiveDeadlineSeconds = 3600 } } }));
        Assert.Equal(60, JobTimes.RunSeconds(run with { Config = Given.Config with { ActiveDeadlineSeconds = 60 } }));
        Assert.Equal((30 + 900 + 7200, null), (Given.Job(run).Spec.ActiveDeadlineSeconds, Given.Pod(run).ActiveDeadlineSeconds));
    }

    [Fact]
    public void O20_Without_a_limit_for_nodes_the_deadline_begins_on_the_node()
    {
        var run = Given.Run() with { Job = new() { UnschedulableTimeoutSeconds = 0 } };
        Assert.Null(Given.Job(run).Spec.ActiveDeadlineSeconds);
        Assert.Equal(4200 + 900, Given.Pod(run).ActiveDeadlineSeconds);
    }

    [Fact]
    public void O20_A_long_wait_for_a_node_is_not_taken_from_the_run()
    {
        var run = Given.Run() with { Job = new() { UnschedulableTimeoutSeconds = 3600 } };
        Assert.Equal(3600 + 900 + 4200, Given.Job(run).Spec.ActiveDeadlineSeconds);
    }

    [Fact]
    public void O3_One_job_is_one_pod_that_never_restarts()
    {
        var job = Given.Job(Given.Run());
        Assert.Equal((0, 1, 1, "Failed", "Never"), (job.Spec.BackoffLimit!.Value, job.Spec.Completions!.Value, job.Spec.Parallelism!.Value, job.Spec.PodReplacementPolicy, job.Spec.Template.Spec.RestartPolicy));
        Assert.Null(job.Spec.PodFailurePolicy);
    }

    [Fact]
    public void J24_Ended_jobs_have_a_time_to_live()
    {
        Assert.Equal(86400, Given.Job(Given.Run()).Spec.TtlSecondsAfterFinished);
        Assert.Equal(3600, Given.Job(Given.Run() with { Job = new() { TtlSecondsAfterFinished = 3600 } }).Spec.TtlSecondsAfterFinished);
        Assert.Equal(60, Given.Job(Given.Run() with { Job = new() { TtlSecondsAfterFinished = 0 } }).Spec.TtlSecondsAfterFinished);
    }

    [Fact]
    public void O28_Without_cleanup_they_have_none() => Assert.Null(Given.Job(Given.Run(config: Given.Config with { Cleanup = false })).Spec.TtlSecondsAfterFinished);

    [Fact]
    public void J22_The_pod_has_time_to_stop_for_its_task_teardown_and_report()
    {
        Assert.Equal(30 + 10, Given.Pod(Given.Run()).TerminationGracePeriodSeconds);
        var run = Given.Run(Given.Container with { TeardownCommand = "make clean" }, """{"spec":{"terminationGracePeriodSeconds":100}}""");
        Assert.Equal(100 + 60 + 10, Given.Pod(run).TerminationGracePeriodSeconds);
        Assert.Equal(["foreman", "make clean", "60", "100"], Given.TaskOf(run).Command.Skip(3));
    }

    [Fact]
    public void J32_J33_Requests_and_limits_are_set_with_defaults_where_absent()
    {
        var resources = Given.TaskOf(Given.Run(Given.Container with { Resources = new() { Limits = Amounts("cpu", "4") } })).Resources;
        Assert.Equal(["cpu 1", "ephemeral-storage 10Gi", "memory 2Gi"], Listed(resources.Requests));
        Assert.Equal(["cpu 4", "ephemeral-storage 20Gi", "memory 4Gi"], Listed(resources.Limits));
    }

    [Fact]
    public void O14_The_tasks_amounts_stand_over_those_of_the_template()
    {
        var container = Given.Container with { Resources = new() { Requests = Amounts("cpu", "3"), Limits = Amounts("cpu", "3") } };
        var resources = Given.TaskOf(Given.Run(container, """{"spec":{"containers":[{"name":"task","resources":{"requests":{"cpu":"1","memory":"8Gi"},"limits":{"cpu":"1","memory":"8Gi"}}}]}}""")).Resources;
        Assert.Equal(["cpu 3", "ephemeral-storage 10Gi", "memory 8Gi"], Listed(resources.Requests));
        Assert.Equal(["cpu 3", "ephemeral-storage 20Gi", "memory 8Gi"], Listed(resources.Limits));
    }

    [Theory]
    [InlineData("much", "1")]
    [InlineData("2", "1")]
    public void J37_Amounts_that_can_not_be_are_refused(string request, string limit) =>
        Assert.Equal(["spec.container.resources"], Given.Faults(Given.Run(Given.Container with { Resources = new() { Requests = Amounts("cpu", request), Limits = Amounts("cpu", limit) } })));

    [Fact]
    public void J34_J35_J36_Selectors_tolerations_and_priority_are_those_of_the_template()
    {
        var pod = Given.Pod(Given.Run(template: """
            {"spec":{"nodeSelector":{"pool":"work"},"priorityClassName":"low","tolerations":[{"key":"worker-only","operator":"Equal","value":"true","effect":"NoSchedule"}]}}
            """));
        Assert.Equal(("work", "low"), (pod.NodeSelector["pool"], pod.PriorityClassName));
        var toleration = Assert.Single(pod.Tolerations);
        Assert.Equal(("worker-only", "Equal", "true", "NoSchedule"), (toleration.Key, toleration.OperatorProperty, toleration.Value, toleration.Effect));
    }

    [Fact]
    public void O6_Of_one_variable_the_last_source_counts_in_a_fixed_order()
    {
        var container = Given.Container with { Env = [new() { Name = "B", Value = "task" }, new() { Name = "HOME", Value = "/workspace" }] };
        var task = Given.TaskOf(Given.Run(container, """
            {"spec":{"containers":[{"name":"task","env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},{"name":"B","value":"template"}]}]}}
            """));
        Assert.Equal(
            [
                "TMPDIR", "GIT_TERMINAL_PROMPT", "GH_PROMPT_DISABLED", "A", "B", "HOME", "FOREMAN_TASK", "FOREMAN_NAMESPACE", "FOREMAN_ATTEMPT", "FOREMAN_REPO",
                "FOREMAN_BRANCH", "FOREMAN_PROMPT", "FOREMAN_WORKSPACE", "FOREMAN_ENV_FILE", "FOREMAN_OUTPUT",
            ],
            task.Env.Select(e => e.Name));
        Assert.Equal(("task", "/workspace", "fix", "3", "acme/shop"), (task.Value("B"), task.Value("HOME"), task.Value("FOREMAN_TASK"), task.Value("FOREMAN_ATTEMPT"), task.Value("FOREMAN_REPO")));
        Assert.Equal("status.podIP", task.Env.Single(e => e.Name == "A").ValueFrom.FieldRef.FieldPath);
    }

    [Fact]
    public void A_prompt_arrives_as_it_is_written() => Assert.Equal("Add $$(HOME) for $$5.", Given.TaskOf(Given.Run()).Value("FOREMAN_PROMPT"));

    [Fact]
    public void A_prompt_that_is_too_long_for_a_variable_is_refused()
    {
        var run = Given.Run();
        run = run with { Task = run.Task with { Spec = run.Task.Spec with { Payload = new() { Prompt = new string('x', (127 * 1024) + 1) } } } };
        Assert.Equal(["spec.payload"], Given.Faults(run));
    }

    [Fact]
    public void O8_Setup_is_the_last_init_container_in_the_image_and_environment_of_the_task()
    {
        var run = Given.Run(Given.Container with { SetupCommand = "echo A=$(id -u) > $FOREMAN_ENV_FILE" }, """{"spec":{"initContainers":[{"name":"proxy","image":"p","restartPolicy":"Always"}]}}""");
        var (pod, task) = (Given.Pod(run), Given.TaskOf(run));
        Assert.Equal(["proxy", "runner", "setup"], pod.InitContainers.Select(c => c.Name));
        var setup = pod.InitContainers.Last();
        Assert.Equal(["/bin/sh", "-c", "echo A=$$(id -u) > $$FOREMAN_ENV_FILE"], setup.Command);
        Assert.Equal((task.Image, "/workspace"), (setup.Image, setup.WorkingDir));
        Assert.Equal(task.Env.Select(e => e.Name), setup.Env.Select(e => e.Name));
        Assert.Equal(task.VolumeMounts.Select(m => m.MountPath), setup.VolumeMounts.Select(m => m.MountPath));
    }

    [Fact]
    public void O8_Commands_of_the_configuration_serve_tasks_without_one()
    {
        var config = Given.Config with { SetupCommand = "a", TeardownCommand = "b" };
        Assert.Equal("a", Given.Pod(Given.Run(config: config)).InitContainers.Last().Command[2]);
        Assert.Equal("c", Given.Pod(Given.Run(Given.Container with { SetupCommand = "c" }, config: config)).InitContainers.Last().Command[2]);
        Assert.Equal("b", Given.TaskOf(Given.Run(config: config)).Command[4]);
    }

    [Fact]
    public void O8_Setup_and_teardown_need_a_program()
    {
        Assert.Equal(["spec.container.command"], Given.Faults(Given.Run(new() { Image = "example.com/coder:2", SetupCommand = "make" })));
        Assert.Equal(["spec.container.command"], Given.Faults(Given.Run(new() { Image = "example.com/coder:2", TeardownCommand = "make" })));
    }

    [Fact]
    public void O10_Content_is_copied_before_all_else_and_is_read_only_unless_asked()
    {
        var run = Given.Run(Given.Container with { Sidecars = [Sidecar("a"), Sidecar("b") with { ReadWrite = true }] });
        var pod = Given.Pod(run);
        Assert.Equal(["copy-a", "copy-b", "runner"], pod.InitContainers.Select(c => c.Name));
        Assert.Equal(["sidecar-0", "sidecar-1"], pod.InitContainers.Take(2).Select(c => Assert.Single(c.VolumeMounts).Name));
        Assert.Equal(["/opt/a True", "/opt/b "], Given.TaskOf(run).VolumeMounts.Skip(4).Select(m => $"{m.MountPath} {m.ReadOnlyProperty}"));
    }

    [Fact]
    public void O11_Image_volumes_need_no_init_container()
    {
        var run = Given.Run(Given.Container with { Sidecars = [Sidecar("a")] }, config: Given.Config with { UseImageVolumes = true });
        var pod = Given.Pod(run);
        Assert.Equal(["runner"], pod.InitContainers.Select(c => c.Name));
        Assert.Equal("example.com/a:1", pod.Volumes.Single(v => v.Name == "sidecar-0").Image.Reference);
        Assert.Equal(["spec.container.sidecars[0].readWrite"], Given.Faults(run with { Container = Given.Container with { Sidecars = [Sidecar("a") with { ReadWrite = true }] } }));
    }

    [Fact]
    public void O12_A_bad_sidecar_is_told_before_any_job() =>
        Assert.Equal(["spec.container.sidecars[0].mountPath"], Given.Faults(Given.Run(Given.Container with { Sidecars = [Sidecar("a") with { MountPath = "/workspace" }] })));

    [Fact]
    public void A_sidecar_of_the_task_takes_the_place_of_one_of_the_configuration()
    {
        var config = Given.Config with { Sidecars = [Sidecar("a"), Sidecar("b")] };
        var run = Given.Run(Given.Container with { Sidecars = [Sidecar("b") with { Image = "example.com/b:9" }, Sidecar("c")] }, config: config);
        Assert.Equal(["example.com/a:1", "example.com/b:9", "example.com/c:1"], run.Sidecars.Select(s => s.Image));
    }

    [Fact]
    public void The_container_that_claims_is_there_before_setup_and_reports_outputs()
    {
        var runner = Given.Pod(Given.Run()).InitContainers.Single(c => c.Name == "runner");
        Assert.Equal(("example.com/foreman:1", "Always", "foreman-agent"), (runner.Image, runner.RestartPolicy, runner.Command[0]));
        Assert.Equal(["run-task", "--task", "fix", "--namespace", "team", "--attempt", "3", "--container", "--output", "/foreman/output.json"], runner.Args);
        Assert.NotNull(runner.StartupProbe);
    }

    [Theory]
    [InlineData(null, null, "operators")]
    [InlineData(null, "agents", "agents")]
    [InlineData("tasks", "agents", "tasks")]
    public void The_account_of_the_task_stands_above_that_of_its_Agent_and_both_above_the_operators(string? task, string? agent, string account)
    {
        var run = Given.Loop(new() { Execution = new() { ServiceAccountName = agent } });
        run = run with
        {
            Config = run.Config with { PodTemplate = """{"spec":{"serviceAccountName":"operators"}}""" },
            Job = task is null ? null : new() { Template = Given.Json($$"""{"spec":{"serviceAccountName":"{{task}}"}}""") },
        };

        Assert.Equal(account, Given.Pod(run).ServiceAccountName);
    }

    [Fact]
    public void A_run_of_the_loop_has_the_token_and_neither_setup_nor_prompt()
    {
        var run = Given.Loop(new() { Execution = new() { Image = "example.com/agent:7", ServiceAccountName = "coder" } });
        run = run with { Config = run.Config with { SetupCommand = "a", Sidecars = [Sidecar("a")] } };
        var (pod, task) = (Given.Pod(run), Given.TaskOf(run));
        Assert.Null(pod.InitContainers);
        Assert.Equal(("coder", "example.com/agent:7"), (pod.ServiceAccountName, task.Image));
        Assert.Equal(["run-task", "--task", "fix", "--namespace", "team", "--attempt", "3"], task.Args);
        Assert.Contains(task.VolumeMounts, m => m.MountPath == JobVolumes.Token);
        Assert.DoesNotContain(task.Env, e => e.Name == "FOREMAN_PROMPT");
        Assert.Equal("example.com/foreman:1", Given.TaskOf(Given.Loop()).Image);
    }

    [Theory]
    [InlineData("""{"lifecycle":{"postStart":{"exec":{"command":["cat"]}}}}""")]
    [InlineData("""{"env":[{"name":"LD_PRELOAD","value":"/certs/a.so"}]}""")]
    [InlineData("""{"volumeMounts":[{"name":"certs","mountPath":"/certs"}]}""")]
    public void A_task_gets_nothing_into_the_container_of_the_loop(string container)
    {
        var own = Given.Json(container);
        own["name"] = "task";
        var template = Given.Json("""{"spec":{"volumes":[{"name":"certs","configMap":{"name":"c"}}],"containers":[]}}""");
        template["spec"]!["containers"]!.AsArray().Add((JsonNode)own);
        Assert.Equal(["spec.job.template.spec.containers"], Given.Faults(Given.Loop() with { Job = new() { Template = template } }));
        Assert.NotNull(JobBuilder.Build(Given.Loop() with { Config = Given.Config with { PodTemplate = template.ToJsonString() } }).Job);
    }

    [Fact]
    public void A_task_can_set_the_resources_of_the_loop() => Assert.Equal(
        "3",
        Given.TaskOf(Given.Loop() with { Job = new() { Template = Given.Json("""{"spec":{"containers":[{"name":"task","resources":{"limits":{"cpu":"3"}}}]}}""") } }).Resources.Limits["cpu"].ToString());

    [Fact]
    public void All_faults_of_a_run_are_told_at_once() => Assert.Equal(
        ["--jobs-config image", "spec.container.image", "spec.container.imagePullPolicy", "spec.container.workingDir", "spec.container.env[0]", "spec.container.env[1]", "spec.container.env[2]", "spec.container.envFrom[0]", "spec.job.workspaceSizeLimit", "spec.job.template.spec.hostPID"],
        Given.Faults(Given.Run(config: JobsConfig.Default) with
        {
            Container = new()
            {
                Image = "a b",
                ImagePullPolicy = "x",
                WorkingDir = "src",
                Env = [new() { Name = "A=B" }, new() { Name = "FOREMAN_TASK" }, new() { Name = "C", ValueFrom = new() }],
                EnvFrom = [new()],
            },
            Job = new() { WorkspaceSizeLimit = "big", Template = Given.Json("""{"spec":{"hostPID":true}}""") },
        }));

    [Fact]
    public void O18_A_bad_image_is_told_with_its_reason() =>
        Assert.Equal(FailureReason.InvalidImage, Assert.Single(JobBuilder.Build(Given.Run(Given.Container with { Image = "A B" })).Faults).Reason);

    private static TaskSidecar Sidecar(string name) => new() { Name = name, Image = $"example.com/{name}:1", MountPath = $"/opt/{name}" };

    private static Dictionary<string, JsonNode> Amounts(string name, string amount) => new() { [name] = amount };

    private static IEnumerable<string> Listed(IDictionary<string, ResourceQuantity> amounts) => amounts.Select(a => $"{a.Key} {a.Value}").Order(StringComparer.Ordinal);
}
