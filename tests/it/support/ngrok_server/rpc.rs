//! The answers to an agent's requests: accounts, endpoints, resumption. No I/O.

use serde_json::{Value, json};

use super::session::Control;
use super::state::{Endpoint, State};
use super::wire::refusal;

impl State {
    /// The first request of each session.
    pub(super) fn authenticate(&mut self, agent: u64, request: &Value) -> Value {
        let token = text(&request["Extra"]["AuthToken"]);
        if token.is_empty() {
            return refusal("Usage of ngrok requires a verified account and authtoken.", "ERR_NGROK_4018");
        }
        if !self.script.tokens.contains(&token) {
            // ngrok repeats the token in full.
            let said = format!(
                "The authtoken you specified does not look like a proper ngrok authtoken.\r\nYour authtoken: {token}"
            );
            return refusal(&said, "ERR_NGROK_105");
        }
        let resumed = self.resumed(request);
        let others = self.agents.values().filter(|other| other.authtoken.as_ref() == Some(&token)).count();
        if others >= self.script.max_agents {
            let said = format!("Your account is limited to {others} simultaneous ngrok agent sessions.");
            return refusal(&said, "ERR_NGROK_108");
        }
        let client_id = resumed.unwrap_or_else(|| format!("client-{}", self.next()));
        let cookie = format!("cookie-{}", self.next());
        self.cookies.insert(client_id.clone(), cookie.clone());
        if let Some(agent) = self.agents.get_mut(&agent) {
            agent.authtoken = Some(token);
            agent.client_id.clone_from(&client_id);
        }
        json!({
            "Version": "3", "ClientId": client_id, "Error": "",
            "Extra": {
                "Version": "prod", "Region": "eu", "Cookie": cookie, "AccountName": "Test Account",
                "SessionDuration": 0, "PlanName": "Free", "Banner": "",
            },
        })
    }

    /// The client id of the session that this one continues; its old connection, should the server still hold
    /// it, ends.
    fn resumed(&mut self, request: &Value) -> Option<String> {
        let client_id = text(&request["ClientId"]);
        let cookie = text(&request["Extra"]["Cookie"]);
        if client_id.is_empty() || self.cookies.get(&client_id) != Some(&cookie) {
            return None;
        }
        let old = self.agents.iter().filter(|(_, agent)| agent.client_id == client_id);
        for number in old.map(|(number, _)| *number).collect::<Vec<_>>() {
            self.agents[&number].control(&Control::Cut);
            self.forget(number);
        }
        Some(client_id)
    }

    /// Puts an endpoint online.
    pub(super) fn bind(&mut self, agent: u64, request: &Value) -> Value {
        if let Some(said) = &self.script.refuse_bind {
            return json!({ "Error": said });
        }
        let authtoken = self.agents.get(&agent).and_then(|agent| agent.authtoken.clone());
        let Some(authtoken) = authtoken else { return refusal("Not authenticated.", "ERR_NGROK_9999") };
        let id = text(&request["Id"]);
        let grant = self.grants.get(&text(&request["Extra"]["Token"])).filter(|(granted, _)| *granted == id);
        let again = grant.cloned();
        let host = match self.choose_host(&authtoken, again.as_ref(), &text(&request["Opts"]["Domain"])) {
            Ok(host) => host,
            Err(refused) => return refused,
        };
        if self.endpoints.contains_key(&host) {
            return refusal(&format!("The endpoint 'https://{host}' is already online."), "ERR_NGROK_334");
        }
        let id = again.map_or_else(|| format!("tunnel-{}", self.next()), |(id, _)| id);
        let token = format!("bind-{}", self.next());
        self.grants.insert(token.clone(), (id.clone(), host.clone()));
        let endpoint = Endpoint { agent, id: id.clone(), host: host.clone() };
        self.endpoints.insert(host.clone(), endpoint);
        let mut opts = request["Opts"].clone();
        opts["Hostname"] = json!(host);
        json!({
            "Id": id, "URL": format!("https://{host}"), "Proto": "https", "Opts": opts, "Error": "",
            "Extra": { "Token": token },
        })
    }

    fn choose_host(
        &mut self,
        authtoken: &str,
        again: Option<&(String, String)>,
        domain: &str,
    ) -> Result<String, Value> {
        if let Some((_, host)) = again.filter(|_| self.script.keep_url) {
            return Ok(host.clone());
        }
        if domain.is_empty() || again.is_some() {
            return Ok(format!("lamb-suited-{}.ngrok-free.test", self.next()));
        }
        match self.script.reserved.get(domain) {
            Some(owner) if owner == authtoken => Ok(domain.to_owned()),
            Some(_) => Err(refusal("This domain is reserved for another account.", "ERR_NGROK_320")),
            None => Err(refusal("You must reserve a custom hostname for your account.", "ERR_NGROK_319")),
        }
    }

    /// Takes an endpoint offline.
    pub(super) fn unbind(&mut self, agent: u64, request: &Value) -> Value {
        let before = self.endpoints.len();
        let id = text(&request["Id"]);
        self.endpoints.retain(|_, endpoint| !(endpoint.agent == agent && endpoint.id == id));
        if self.endpoints.len() == before {
            return refusal("No such tunnel.", "ERR_NGROK_9999");
        }
        json!({ "Extra": {}, "Error": "" })
    }
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}
