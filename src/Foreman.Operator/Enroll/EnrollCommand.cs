using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Operator.Enroll;

/// <summary><c>foreman-operator enroll NODE</c>: an identity and a kubeconfig for a host.</summary>
internal static class EnrollCommand
{
    private static readonly Argument<string> Node = new("NODE")
    {
        Description = "Name of the host's FleetNode",
        Validators = { ValidateNode },
    };

    private static readonly Option<string> Namespace = new("--namespace", "-n")
    {
        Description = "Namespace that Foreman is installed in",
        HelpName = "NAME",
        DefaultValueFactory = _ => "foreman-system",
    };

    private static readonly Option<string?> Kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig of somebody who may make ServiceAccounts and their tokens. Default: what kubectl would use",
        HelpName = "FILE",
    };

    private static readonly Option<string?> KubeContext = new("--kube-context") { Description = "Context in the kubeconfig. Default: its current one", HelpName = "NAME" };

    private static readonly Option<Uri?> Server = new("--server")
    {
        Description = "URL of the API server as the host reaches it. Default: the one in the kubeconfig",
        HelpName = "URL",
        CustomParser = ParseServer,
    };

    private static readonly Option<int> Days = new("--days")
    {
        Description = "How long the host's token is valid, in days; the API server may allow less",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 365,
        Validators = { ValidateDays },
    };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "File for the kubeconfig, readable by its owner only. Default: standard output",
        HelpName = "FILE",
    };

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create()
    {
        var command = new Command("enroll", "Gives a host an identity and prints a kubeconfig for its agent.")
        {
            Node, Namespace, Kubeconfig, KubeContext, Server, Days, Output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var configuration = parsed.GetValue(Kubeconfig) is { } path
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(path, parsed.GetValue(KubeContext))
                : KubernetesClientConfiguration.BuildDefaultConfig(parsed.GetValue(KubeContext));
            using var client = new KubernetesClient(configuration with { EnvironmentProxy = EnvironmentProxy.OfProcess });
            await EnrollAsync(client, Request(parsed), parsed.GetValue(Output), (output, error), cancellationToken).ConfigureAwait(false);
            return ExitCodes.Done;
        }
        catch (KubeConfigException e)
        {
            return await FailAsync(error, e.Message, ExitCodes.Usage).ConfigureAwait(false);
        }
        catch (ExitException e)
        {
            return await FailAsync(error, e.Message, e.ExitCode).ConfigureAwait(false);
        }
        catch (KubernetesException e)
        {
            return await FailAsync(error, e.Message, ExitCodes.Failed).ConfigureAwait(false);
        }
        catch (KubernetesUnreachableException e)
        {
            return await FailAsync(error, $"{e.Message}. Name another server with --kubeconfig or --kube-context", ExitCodes.NotReachable).ConfigureAwait(false);
        }
    }

    private static async Task EnrollAsync(
        KubernetesClient client, EnrollRequest request, string? file, (TextWriter Output, TextWriter Error) console, CancellationToken cancellationToken)
    {
        var stream = file is null ? null : PrivateFile.Create(file);
        HostIdentity.Token token;
        HostTrust.Trust trust;
        try
        {
            trust = await HostTrust.FindAsync(client, request, cancellationToken).ConfigureAwait(false);
            token = await HostIdentity.IssueAsync(client, request, cancellationToken).ConfigureAwait(false);
            var text = HostKubeconfig.Write(trust.Server, request, token.Value);
            await (stream?.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask() ?? console.Output.WriteAsync(text)).ConfigureAwait(false);
        }
        catch when (stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            File.Delete(file!);
            throw;
        }

        if (stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        await console.Error.WriteAsync(Summary(request, token, trust, file)).ConfigureAwait(false);
    }

    private static string Summary(EnrollRequest request, HostIdentity.Token token, HostTrust.Trust trust, string? file)
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{request.Node} is enrolled as {request.Namespace}-hosts/{request.Node}")
            .Append(token.IsNewAccount ? "" : " (it was before; earlier tokens stay valid)")
            .Append(CultureInfo.InvariantCulture, $". Its token is valid until {token.ExpiresAt:yyyy-MM-dd HH:mm} UTC.\n");
        foreach (var warning in new[] { HostKubeconfig.Warning(request.Server ?? trust.Server.Host), trust.Warning }.OfType<string>())
        {
            text.Append("Mind: ").Append(warning).Append(".\n");
        }

        return text
            .Append(CultureInfo.InvariantCulture, $"On the host: foreman-agent --kubeconfig {file ?? "FILE"} --fleet-node-name {request.Node} --foreman-namespace {request.Namespace}\n")
            .Append(CultureInfo.InvariantCulture, $"To revoke it: kubectl delete serviceaccount {request.Node} --namespace {request.Namespace}-hosts\n")
            .ToString();
    }

    private static EnrollRequest Request(ParseResult parsed) => new()
    {
        Node = parsed.GetValue(Node)!,
        Namespace = parsed.GetValue(Namespace)!,
        Server = parsed.GetValue(Server),
        Days = parsed.GetValue(Days),
    };

    private static void ValidateNode(ArgumentResult result)
    {
        if (EnrollRequest.NodeNameError(result.GetValueOrDefault<string>()) is { } why)
        {
            result.AddError(why);
        }
    }

    private static void ValidateDays(OptionResult result)
    {
        if (result.GetValueOrDefault<int>() is < 1 or > 3650)
        {
            result.AddError("--days takes a number from 1 to 3650");
        }
    }

    private static Uri? ParseServer(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http")
        {
            return uri;
        }

        result.AddError($"--server '{text}' is not a URL: write https://HOST:PORT");
        return null;
    }

    private static async Task<int> FailAsync(TextWriter error, string message, int code)
    {
        await error.WriteLineAsync($"foreman-operator enroll: {message}").ConfigureAwait(false);
        return code;
    }
}
