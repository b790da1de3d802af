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

    private static readonly Option<SecretName[]> Secrets = new("--secret")
    {
        Description = "Let the host read this Secret and no other: an API key, a header of an MCP server, a git token. May be repeated. No new token is issued, unless --output is given too",
        HelpName = "NAMESPACE/NAME",
        CustomParser = ParseSecrets,
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<SecretName[]> RevokedSecrets = new("--revoke-secret")
    {
        Description = "Take back what --secret granted. May be repeated",
        HelpName = "NAMESPACE/NAME",
        CustomParser = ParseSecrets,
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create()
    {
        var command = new Command("enroll", "Gives a host an identity and prints a kubeconfig for its agent.")
        {
            Node, Namespace, Kubeconfig, KubeContext, Server, Days, Output, Secrets, RevokedSecrets,
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
            var request = Request(parsed);
            var changesSecrets = request.Secrets.Count + request.RevokedSecrets.Count > 0;
            if (changesSecrets && parsed.GetValue(Output) is null)
            {
                await HostIdentity.EnsureAccountAsync(client, request, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await EnrollAsync(client, request, parsed.GetValue(Output), (output, error), cancellationToken).ConfigureAwait(false);
            }

            await ChangeSecretsAsync(client, request, error, cancellationToken).ConfigureAwait(false);
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

    private static async Task ChangeSecretsAsync(KubernetesClient client, EnrollRequest request, TextWriter error, CancellationToken cancellationToken)
    {
        foreach (var secret in request.Secrets)
        {
            await SecretGrants.GrantAsync(client, request, secret, cancellationToken).ConfigureAwait(false);
            await error.WriteLineAsync($"{request.Node} may read the Secret {secret}.").ConfigureAwait(false);
        }

        foreach (var secret in request.RevokedSecrets)
        {
            var wasGranted = await SecretGrants.RevokeAsync(client, request.Node, secret, cancellationToken).ConfigureAwait(false);
            await error.WriteLineAsync(wasGranted ? $"{request.Node} may not read the Secret {secret} any more." : $"{secret} was not granted to {request.Node}.").ConfigureAwait(false);
        }

        if (await SecretGrants.ListAsync(client, request.Node, cancellationToken).ConfigureAwait(false) is { Count: > 0 } granted)
        {
            await error.WriteLineAsync($"Secrets granted to {request.Node}: {string.Join(", ", granted)}. To take one back: foreman-operator enroll {request.Node} --revoke-secret {granted[0]}").ConfigureAwait(false);
        }
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
        Secrets = parsed.GetValue(Secrets) ?? [],
        RevokedSecrets = parsed.GetValue(RevokedSecrets) ?? [],
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

    private static SecretName[]? ParseSecrets(ArgumentResult result)
    {
        var secrets = result.Tokens.Select(token => (Text: token.Value, Secret: SecretName.Parse(token.Value))).ToList();
        if (secrets.Find(s => s.Secret is null) is { Text: { } wrong })
        {
            result.AddError($"'{wrong}' is no Secret: write NAMESPACE/NAME");
            return null;
        }

        return [.. secrets.Select(s => s.Secret!)];
    }

    private static async Task<int> FailAsync(TextWriter error, string message, int code)
    {
        await error.WriteLineAsync($"foreman-operator enroll: {message}").ConfigureAwait(false);
        return code;
    }
}
