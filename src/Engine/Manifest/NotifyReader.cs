using System.Net.Mail;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Manifest;

/// <summary>The entries of <c>notify</c>. No problem shows what stands where a secret is expected.</summary>
internal static partial class NotifyReader
{
    private static readonly IReadOnlyList<string> Kinds = ["webhook", "slack", "mail", "github"];

    public static IReadOnlyList<NotifySpec> Read(Section root, IReadOnlyCollection<string> environments, Problems problems) =>
        [.. root.Items("notify").Select(item => Item(item, environments, problems)).OfType<NotifySpec>()];

    private static NotifySpec? Item(Section item, IReadOnlyCollection<string> environments, Problems problems)
    {
        var kinds = Kinds.Where(item.Has).ToList();
        if (kinds.Count != 1)
            problems.Add(item.At, kinds.Count == 0 ? "this entry of notify names no place to send to"
                : $"this entry of notify names {string.Join(" and ", kinds)}",
                kinds.Count == 0 ? $"write one of {string.Join(", ", Kinds)}" : "give each an entry of its own");
        NotifySpec?[] read = [Webhook(item, problems), item.Secret("slack") is { } slack ? new SlackSpec(slack) : null,
            item.Child("mail") is { } mail ? Mail(mail, problems) : null,
            item.Child("github") is { } github ? GitHub(github, problems) : null];
        var (on, where) = (Ends(item, problems), item.Texts("environments") ?? []);
        if (kinds is ["github"] && item.Has("on"))
            problems.Add(item.Place("on"), "the status of a commit follows every run", "take on: out of this entry");
        foreach (var (index, unknown) in where.Index().Where(name => !environments.Contains(name.Item)))
            problems.Add(((YamlList)item.Place("environments")).Items[index], $"there is no environment '{unknown}'",
                Near(unknown, environments, "environments are"));
        item.Close();
        return read.OfType<NotifySpec>().FirstOrDefault() is { } spec ? spec with { On = on, Environments = where } : null;
    }

    private static IReadOnlyList<RunEnd> Ends(Section item, Problems problems)
    {
        var known = Enum.GetValues<RunEnd>().ToDictionary(end => JsonNamingPolicy.KebabCaseLower.ConvertName(end.ToString()));
        var words = item.Texts("on") ?? [];
        foreach (var (index, word) in words.Index().Where(word => !known.ContainsKey(word.Item)))
            problems.Add(((YamlList)item.Place("on")).Items[index], $"'{word}' is no end of a run", Near(word, known.Keys, "ends are"));
        return [.. words.Where(known.ContainsKey).Select(word => known[word])];
    }

    private static WebhookSpec? Webhook(Section item, Problems problems)
    {
        var has = item.Has("webhook");
        var from = item.Place("webhook") is YamlScalar written && SecretName.VariableIn(written.Text) is not null
            ? item.Secret("webhook")
            : null;
        var address = from is null ? Address(item, "webhook", problems) : null;
        var key = item.Secret("secret", required: has);
        if (key is not null && !has)
            problems.Add(item.Place("secret"), "secret signs what a webhook gets, and there is none", "add webhook:, or take it out");
        return key is null || address is null && from is null ? null : new(address, from, key);
    }

    private static MailSpec? Mail(Section mail, Problems problems)
    {
        var to = mail.Texts("to", required: true) ?? [];
        var from = mail.Text("from", required: true);
        var server = mail.Text("server", required: true);
        var password = mail.Secret("password");
        mail.Close();
        if (to.Count == 0 && mail.Place("to") is YamlList)
            problems.Add(mail.Place("to"), "the list is empty", "write to: [team@example.org]");
        foreach (var (index, wrong) in to.Index().Where(text => !MailAddress.TryCreate(text.Item, out _)))
            problems.Add(((YamlList)mail.Place("to")).Items[index], $"'{wrong}' is no mail address", "write name@example.org");
        if (from is not null && !MailAddress.TryCreate(from, out _))
            problems.Add(mail.Place("from"), $"'{from}' is no mail address", "write name@example.org");
        if (server is null || from is null) return null;
        if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps") || url.Host.Length == 0)
        {
            problems.Add(mail.Place("server"), "this is no mail server", "write smtp://mail.example.org:587, or smtps:// for TLS at once");
            return null;
        }

        var user = Uri.UnescapeDataString(url.UserInfo);
        if (user.Contains(':', StringComparison.Ordinal))
            problems.Add(mail.Place("server"), "a password stands in the manifest",
                "put it into an environment variable, and write password: NAME");
        else if (password is not null != user.Length > 0)
            problems.Add(mail.Place(password is null ? "server" : "password"), "a login needs both a user and a password",
                "write server: smtp://user@host and password: NAME, or neither");
        var tls = url.Scheme == "smtps";
        return new(to, from, url.Host, url.IsDefaultPort || url.Port < 0 ? tls ? 465 : 587 : url.Port, tls,
            user.Length > 0 ? user : null, password);
    }

    private static GitHubSpec? GitHub(Section github, Problems problems)
    {
        var repository = github.Text("repository", required: true);
        var api = Address(github, "api", problems) ?? (github.Has("api") ? null : new Uri("https://api.github.com"));
        var token = github.Secret("token") ?? new("GITHUB_TOKEN", problems.PlaceOf(github.At));
        github.Close();
        if (repository is null || api is null) return null;
        if (!RepositoryPattern().IsMatch(repository))
        {
            problems.Add(github.Place("repository"), $"'{repository}' is no repository", "write owner/name");
            return null;
        }

        return new(repository.Split('/')[0], repository.Split('/')[1], new Uri(api.AbsoluteUri.TrimEnd('/') + "/"), token);
    }

    /// <summary>An address for requests. What is written there is not shown: a token may be in it.</summary>
    public static Uri? Address(Section section, string key, Problems problems)
    {
        if (section.Text(key) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0)
            return address;
        problems.Add(section.Place(key), "this is no address that can be asked", "write https://host/path, without user and password");
        return null;
    }

    private static string Near(string unknown, IReadOnlyCollection<string> known, string all) =>
        Spelling.Nearest(unknown, known) is { } near ? $"did you mean '{near}'?" : $"{all}: {string.Join(", ", known)}";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$")]
    private static partial Regex RepositoryPattern();
}
