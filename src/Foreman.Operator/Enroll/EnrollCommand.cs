using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Operator.Enroll;

/// <summary><c>foreman-operator enroll NODE</c>: an identity for a host.</summary>
internal static class EnrollCommand
{
    private const string StandardOutput = "-";
    private const string UsualTokenLife = "1h";
    private const string UsualOfflineLimit = "720h";

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
        Description = "Kubeconfig of somebody who may make ServiceAccounts, their tokens and Roles. Default: what kubectl would use",
        HelpName = "FILE",
    };

    private static readonly Option<string?> KubeContext = new("--kube-context") { Description = "Context in the kubeconfig. Default: its current one", HelpName = "NAME" };

    private static readonly Option<Uri?> Server = new("--server")
    {
        Description = "URL of the API server as the host reaches it. Default: the one in the kubeconfig",
        HelpName = "URL",
        CustomParser = ParseServer,
    };

    private static readonly Option<string> TokenLife = new("--token-life")
    {
        Description = "How long each token of the host lives, 10m to 24h; its agent renews it, and the API server may allow less",
        HelpName = "DURATION",
        DefaultValueFactory = _ => UsualTokenLife,
        Validators = { result => ValidateDuration(result, "--token-life", TokenLifeOf, "10m to 24h") },
    };

    private static readonly Option<string> OfflineLimit = new("--offline-limit")
    {
        Description = "How long the host may be without the cluster and still get tokens, 10m to 720h; 0 for no longer than its token lives",
        HelpName = "DURATION",
        DefaultValueFactory = _ => UsualOfflineLimit,
        Validators = { result => ValidateDuration(result, "--offline-limit", OfflineLimitOf, "0, or 10m to 720h") },
    };

    private static readonly Option<bool> Rotate = new("--rotate") { Description = "End every token that the host has within a minute, and print a new command" };

    private static readonly Option<bool> Revoke = new("--revoke") { Description = "Take the host's identity away: its tokens end within a minute, and so do its grants" };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "Write a kubeconfig instead, readable by its owner only, or with - to standard output: for a host that is set up from here",
        HelpName = "FILE",
    };

    private static readonly Option<SecretName[]> Secrets = new("--secret")
    {
        Description = "Let the host read this Secret and no other: an API key, a header of an MCP server, a git token. May be repeated. Nothing else is done, unless --output or --rotate is given too",
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
        var command = new Command("enroll", "Gives a host an identity, and prints the one command by which the host takes it.")
        {
            Node, Namespace, Kubeconfig, KubeContext, Server, TokenLife, OfflineLimit, Rotate, Revoke, Output, Secrets, RevokedSecrets,
        };
        command.Validators.Add(ValidateTogether);
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
            await RunAsync(client, Request(parsed), parsed.GetValue(Output), (output, error), cancellationToken).ConfigureAwait(false);
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

    private static async Task RunAsync(
        KubernetesClient client, EnrollRequest request, string? file, (TextWriter Output, TextWriter Error) console, CancellationToken cancellationToken)
    {
        if (request.Revoke)
        {
            await RevokeAsync(client, request, console.Error, cancellationToken).ConfigureAwait(false);
            return;
        }

        var onlySecrets = request.Secrets.Count + request.RevokedSecrets.Count > 0 && file is null && !request.Rotate;
        if (onlySecrets)
        {
            await HostIdentity.EnsureAccountAsync(client, request, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await EnrollAsync(client, request, file, console, cancellationToken).ConfigureAwait(false);
        }

        await ChangeSecretsAsync(client, request, console.Error, cancellationToken).ConfigureAwait(false);
    }

    private static async Task EnrollAsync(
        KubernetesClient client, EnrollRequest request, string? file, (TextWriter Output, TextWriter Error) console, CancellationToken cancellationToken)
    {
        var stream = file is null or StandardOutput ? null : PrivateFile.Create(file);
        Enrolment enrolment;
        try
        {
            enrolment = await Enrolment.MakeAsync(client, request, asKubeconfig: file is not null, cancellationToken).ConfigureAwait(false);
            await (stream?.WriteAsync(Encoding.UTF8.GetBytes(enrolment.Text), cancellationToken).AsTask() ?? console.Output.WriteAsync(enrolment.Text)).ConfigureAwait(false);
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

        await console.Error.WriteAsync(Summary(request, enrolment, file)).ConfigureAwait(false);
    }

    private static async Task RevokeAsync(KubernetesClient client, EnrollRequest request, TextWriter error, CancellationToken cancellationToken)
    {
        // First what new tokens come from, so that none is made meanwhile.
        var joins = await JoinIdentity.RemoveAsync(client, request, unusedOnly: false, cancellationToken).ConfigureAwait(false);
        var wasThere = await HostIdentity.RemoveAsync(client, request, cancellationToken).ConfigureAwait(false);
        var grants = await SecretGrants.ListAsync(client, request, cancellationToken).ConfigureAwait(false);
        foreach (var secret in (grants ?? []).Select(SecretName.Parse).OfType<SecretName>())
        {
            await SecretGrants.RevokeAsync(client, request.Node, secret, cancellationToken).ConfigureAwait(false);
            await error.WriteLineAsync($"{request.Node} may not read the Secret {secret} any more.").ConfigureAwait(false);
        }

        if (grants is null)
        {
            await error.WriteLineAsync($"Mind: which Secrets {request.Node} was granted can't be listed by you, so a host that is enrolled under this name again may read them.").ConfigureAwait(false);
        }

        await error.WriteLineAsync(wasThere || joins > 0
            ? $"{request.Node} has no identity any more: the API server refuses its tokens within a minute. Its node goes with: kubectl delete fleetnode {request.Node}"
            : $"{request.Node} had no identity in {Labels.HostsNamespace(request.Namespace)}.").ConfigureAwait(false);
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

        if (await SecretGrants.ListAsync(client, request, cancellationToken).ConfigureAwait(false) is { Count: > 0 } granted)
        {
            await error.WriteLineAsync($"Secrets granted to {request.Node}: {string.Join(", ", granted)}. To take one back: foreman-operator enroll {request.Node} --revoke-secret {granted[0]}").ConfigureAwait(false);
        }
    }

    private static string Summary(EnrollRequest request, Enrolment enrolment, string? file)
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{request.Node} is enrolled as {request.Namespace}-hosts/{request.Node}")
            .Append(request.Rotate ? " anew (tokens that it had before are refused within a minute)" : enrolment.IsNewAccount ? "" : " (it was before; earlier tokens stay valid, --rotate ends them)")
            .Append(enrolment.Token is { } token
                ? string.Create(CultureInfo.InvariantCulture, $". Its token is valid until {token.ExpiresAt:yyyy-MM-dd HH:mm} UTC; its agent renews it in the file.\n")
                : $". Run the command above on the host: it works once, within {TokenRequests.Join.TotalMinutes:0} minutes, and for {request.Node} only.\n");
        foreach (var warning in new[] { HostAddress.Warning(request.Server ?? enrolment.Trust.Server.Host), enrolment.Trust.Warning }.OfType<string>())
        {
            text.Append("Mind: ").Append(warning).Append(".\n");
        }

        if (enrolment.Token is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"On the host: foreman-agent --kubeconfig {(file is StandardOutput ? "FILE" : file)} --fleet-node-name {request.Node} --foreman-namespace {request.Namespace}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"To take its identity away: foreman-operator enroll {request.Node} --namespace {request.Namespace} --revoke\n").ToString();
    }

    private static EnrollRequest Request(ParseResult parsed) => new()
    {
        Node = parsed.GetValue(Node)!,
        Namespace = parsed.GetValue(Namespace)!,
        Server = parsed.GetValue(Server),
        TokenLife = TokenLifeOf(parsed.GetValue(TokenLife)!) ?? TokenRequests.Usual,
        OfflineLimit = OfflineLimitOf(parsed.GetValue(OfflineLimit)!) ?? TokenRequests.Offline,
        Rotate = parsed.GetValue(Rotate),
        Revoke = parsed.GetValue(Revoke),
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

    private static void ValidateTogether(CommandResult result)
    {
        var given = new Option[] { Rotate, Output, Secrets, RevokedSecrets }.Where(option => result.GetResult(option) is { Implicit: false }).ToList();
        if (result.GetValue(Revoke) && given.Count > 0)
        {
            result.AddError($"--revoke takes the whole identity away: leave out {given[0].Name}");
        }

        // A shorter one would end before each renewal of the host's token, which renews it along.
        var life = TokenLifeOf(result.GetValue(TokenLife) ?? UsualTokenLife);
        var limit = OfflineLimitOf(result.GetValue(OfflineLimit) ?? UsualOfflineLimit);
        if (limit > TimeSpan.Zero && limit < life)
        {
            result.AddError("--offline-limit is 0, or as long as --token-life at least");
        }
    }

    private static void ValidateDuration(OptionResult result, string flag, Func<string, TimeSpan?> read, string range)
    {
        if (result.GetValueOrDefault<string>() is { } text && read(text) is null)
        {
            result.AddError($"{flag} takes a duration: {range}");
        }
    }

    private static TimeSpan? TokenLifeOf(string text) =>
        GoDuration.Parse(text) is { } life && life >= TokenRequests.Shortest && life <= TokenRequests.Longest ? life : null;

    private static TimeSpan? OfflineLimitOf(string text) =>
        GoDuration.Parse(text) is { } limit && (limit == TimeSpan.Zero || (limit >= TokenRequests.Shortest && limit <= TokenRequests.Offline)) ? limit : null;

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
